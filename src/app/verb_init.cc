#include "age/age.h"
#include "app/command_words.h"
#include "app/context.h"
#include "app/new_homelab.h"
#include "app/verbs.h"
#include "base/text.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

constexpr std::string_view new_key = ".ssh/id_ed25519";

/// Where the homelab goes: the argument, below -C when it is relative.
std::string target_folder(Context& context) {
    const std::string folder = context.arguments().text("DIR").value_or(".");
    return folder.starts_with('/') ? folder : context.options().folder + "/" + folder;
}

bool can_ask(Context& context) {
    const GlobalOptions& options = context.options();
    return context.in().is_terminal() && options.may_ask && !options.yes && !options.json;
}

/// The answer, or `fallback` for an empty one.
std::string ask(Context& context, std::string_view question, const std::string& fallback) {
    context.err(fmt::format("{} [{}]: ", question, fallback));
    const auto answer = context.in().read_line();
    return answer && !answer->empty() ? *answer : fallback;
}

/// Only what no machine can know, each with a default that is fine.
void ask_owner(Context& context, NewHomelab& homelab) {
    homelab.name = dns_label(ask(context, "name of the homelab", homelab.name), homelab.name);
    homelab.node = dns_label(ask(context, "name of this machine", homelab.node), homelab.node);
    while (true) {
        const std::string text = ask(context, "network at home", net::to_string(homelab.lan));
        const auto lan = net::parse_cidr(text);
        if (lan && lan->contains(homelab.address)) {
            set_lan(homelab, *lan);
            return;
        }
        const std::string why = lan ? fmt::format(
                                          "`{}` does not contain this machine's address `{}`",
                                          text,
                                          net::to_string(homelab.address)
                                      )
                                    : lan.error().message;
        context.err(why + "\n");
    }
}

/// The operator's public key when ~/.ssh holds no public line: read from the private key file that
/// is there, or made. `made` is the path of a new key.
struct OperatorKey {
    std::string line{};
    std::optional<std::string> made{};
};

Result<OperatorKey>
find_or_make_key(Context& context, const MachineFacts& facts, const std::string& comment) {
    if (facts.home.empty()) {
        return fail(
            ErrorCode::not_found,
            "there is no SSH key, and no home folder to make one in",
            "set HOME, or make a key with `ssh-keygen -t ed25519`"
        );
    }
    const auto home = context.open_folder(facts.home);
    const auto existing = TRY(home->read(std::string(new_key)));
    if (existing) {
        const auto key = TRY(age::Recipient::parse_openssh_private(as_text(*existing))
                                 .with(fmt::format("reading `~/{}`", new_key)));
        return OperatorKey{.line = key.text() + " " + comment};
    }
    if (context.options().dry_run) {
        return OperatorKey{.line = "ssh-ed25519 AAAA…", .made = fmt::format("~/{}", new_key)};
    }
    const age::HostKeyPair pair = age::make_host_key(context.random(), comment);
    TreeFile private_file{
        .bytes = {pair.private_file.view().begin(), pair.private_file.view().end()},
        .is_private = true
    };
    const auto written = home->write(std::string(new_key), private_file);
    wipe(private_file.bytes.data(), private_file.bytes.size());
    TRY(written);
    const std::string line = pair.public_line + "\n";
    TRY(home->write(std::string(new_key) + ".pub", {.bytes = to_bytes(line)}));
    return OperatorKey{.line = pair.public_line, .made = fmt::format("~/{}", new_key)};
}

/// What was written and what was there before.
struct Outcome {
    std::vector<std::string> written{};
    std::vector<std::string> kept{};
};

Result<Outcome> write_missing(Context& context, Files& files, const Tree& tree) {
    Outcome outcome;
    for (const auto& [path, file] : tree) {
        if (TRY(files.read(path)).has_value()) {
            outcome.kept.push_back(path);
            continue;
        }
        if (!context.options().dry_run) {
            TRY(files.write(path, file));
        }
        outcome.written.push_back(path);
    }
    return outcome;
}

void answer(
    Context& context, const std::string& folder, const Outcome& outcome, const OperatorKey& key
) {
    if (context.options().json) {
        context.out_json(Json::object({
            {"schema", "ducksnest.init/1"},
            {"folder", folder},
            {"dry_run", context.options().dry_run},
            {"written", Json::strings(outcome.written)},
            {"kept", Json::strings(outcome.kept)},
            {"operator_key", key.made ? Json(*key.made) : Json()},
        }));
        return;
    }
    const std::string_view verb = context.options().dry_run ? "would write" : "wrote";
    std::string text;
    for (const std::string& path : outcome.written) {
        text += fmt::format("{} {}/{}\n", verb, folder, path);
    }
    for (const std::string& path : outcome.kept) {
        text += fmt::format("kept {}/{}\n", folder, path);
    }
    context.out(text);
    if (key.made && !context.options().dry_run) {
        context.say(fmt::format("made the operator's key {0} and {0}.pub", *key.made));
        context.warn(
            "the new key has no passphrase",
            fmt::format("`ssh-keygen -p -f {}` gives it one", *key.made)
        );
    }
    if (!context.options().dry_run) {
        context.say(fmt::format("next: ducksnest up --twin -C {}", shell_word(folder)));
    }
}

Result<Exit> run_init(Context& context) {
    const std::string folder = context.show_folder(target_folder(context));
    const std::string& file = context.options().file;
    const auto files = context.open_folder(folder);
    if (TRY(files->read(file)).has_value()) {
        return context.report(
            Error{
                .code = ErrorCode::conflict,
                .message = fmt::format("`{}/{}` exists already", folder, file),
                .help = "name another folder: `ducksnest init DIR`",
            },
            Exit::refused
        );
    }
    const MachineFacts facts = context.machine().facts();
    const std::string name =
        context.arguments().text("name").value_or(folder.substr(folder.rfind('/') + 1));
    NewHomelab homelab = guess_homelab(facts, name);
    if (can_ask(context)) {
        ask_owner(context, homelab);
    }
    OperatorKey key;
    if (homelab.operators.empty()) {
        key = TRY(find_or_make_key(context, facts, fmt::format("operator@{}", homelab.node)));
        homelab.operators = {key.line};
    }
    const Outcome outcome = TRY(write_missing(context, *files, lay_out(homelab, file)));
    answer(context, folder, outcome, key);
    return Exit::done;
}

} // namespace

Command init_command() {
    return {
        .path = "init",
        .summary = "lay out a new homelab with this machine in it",
        .description =
            "Writes homelab.toml, .gitignore and README.md for a homelab of one machine: this one. "
            "What can be found out is not asked: name, processors, memory, disk, network, time "
            "zone, the SSH host key, and the operator's SSH public keys; when there is none, "
            "~/.ssh/id_ed25519 is made. On a terminal it asks for the names and the network, each "
            "with a default; with --yes it asks nothing.\n\n"
            "Nothing is overwritten: a folder with a homelab.toml is refused, other files that "
            "exist are kept.",
        .flags =
            {{.name = "name",
              .value = Value::text,
              .metavar = "NAME",
              .summary = "the homelab's name; else the folder's"}},
        .arguments =
            {{.name = "DIR",
              .value = Value::folder,
              .summary = "where to; the homelab's folder when not given"}},
        .examples =
            {{.command = "ducksnest init ~/homelab", .says = "ask a little, write the rest"},
             {.command = "ducksnest init --yes", .says = "ask nothing, write to this folder"}},
        .run = run_init,
    };
}

} // namespace ducksnest::app
