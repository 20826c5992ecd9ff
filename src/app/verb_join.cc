#include "age/age.h"
#include "app/hosts.h"
#include "app/tailscale.h"
#include "app/verbs.h"
#include "model/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::app {
namespace {

constexpr std::string_view usual_host_key = "/etc/ssh/ssh_host_ed25519_key";
constexpr std::string_view usual_runtime = "/run/ducksnest/join";

struct Names {
    std::string homelab{};
    std::string node{};
    std::string region{};
};

Result<std::string> required(Context& context, const std::string& flag) {
    const auto value = context.arguments().text(flag);
    if (!value || value->empty()) {
        return fail(ErrorCode::invalid, fmt::format("the flag `--{}` is missing", flag));
    }
    return *value;
}

/// They become names in the cloud and of this machine, so nothing else is let through.
Result<Names> read_names(Context& context) {
    Names names = {
        .homelab = TRY(required(context, "homelab")),
        .node = TRY(required(context, "node")),
        .region = TRY(required(context, "region")),
    };
    for (const std::string* name : {&names.homelab, &names.node}) {
        if (!model::is_dns_label(*name)) {
            return fail(
                ErrorCode::invalid,
                fmt::format("`{}` is no name of a homelab or node", *name),
                "at most 63 lower-case letters, digits and `-`"
            );
        }
    }
    return names;
}

std::pair<std::string, std::string> split_path(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

Result<Secret> take(SecretValues& secrets, const std::string& name, std::string_view help) {
    std::optional<Secret> value = TRY(secrets.get(name));
    if (!value) {
        return fail(
            ErrorCode::not_found,
            fmt::format("the secret `{}` has no value yet", name),
            std::string(help)
        );
    }
    return std::move(*value);
}

/// Where the machine's own SSH server looks for its key.
class HostKeyFile {
public:
    HostKeyFile(Context& context, const std::string& path) {
        auto [folder, name] = split_path(path);
        folder_ = context.open_folder(folder);
        name_ = std::move(name);
    }

    /// Whether this key had to be written. The public half is written last: a run that was cut off
    /// in between is seen by it.
    Result<bool> install(const Secret& key, const std::string& line, bool is_dry_run) {
        const auto before = TRY(folder_->read(name_));
        const auto half = TRY(folder_->read(name_ + ".pub"));
        const Secret held = before ? Secret(ByteView(*before)) : Secret();
        const bool is_same = before && std::ranges::equal(held.view(), key.view());
        const std::string text = line + "\n";
        if (is_same && half && as_text(*half) == text) {
            return false;
        }
        if (is_dry_run) {
            return true;
        }
        if (!is_same) {
            TreeFile file = {.bytes = {key.view().begin(), key.view().end()}, .is_private = true};
            const Result<void> written = folder_->write(name_, file);
            wipe(file.bytes.data(), file.bytes.size());
            TRY(written);
        }
        TRY(folder_->write(name_ + ".pub", {.bytes = to_bytes(text)}));
        return true;
    }

private:
    std::unique_ptr<Files> folder_{};
    std::string name_{};
};

/// A folder in memory for what must not stay; gone when this goes.
class Workplace {
public:
    static Result<Workplace> open(Context& context) {
        const std::string folder =
            context.show_folder(context.arguments().text("runtime").value_or(""));
        if (!TRY(context.node_secrets().is_in_memory(folder))) {
            return fail(
                ErrorCode::denied,
                fmt::format("`{}` is on a disk, where a key would stay readable", folder),
                "name a folder on a tmpfs with `--runtime DIR`, such as below /run"
            );
        }
        return Workplace(context, folder);
    }
    Workplace(Workplace&& other) noexcept
        : context_(other.context_)
        , folder_(std::exchange(other.folder_, {})) {}
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    Workplace& operator=(Workplace&&) = delete;
    ~Workplace() {
        if (!folder_.empty()) {
            // In memory it is gone at the next start at the latest.
            static_cast<void>(context_->remove_folder(folder_).has_value());
        }
    }

    const std::string& folder() const { return folder_; }
    /// The path of a file with the key, which only root may read.
    Result<std::string> lay_out(const Secret& key) {
        const std::string keys = folder_ + "/keys";
        const std::vector<NodeSecret> files = {{.path = "tailnet", .content = key.view()}};
        static_cast<void>(TRY(context_->node_secrets().replace(keys, files)));
        return keys + "/tailnet";
    }

private:
    Workplace(Context& context, std::string folder)
        : context_(&context)
        , folder_(std::move(folder)) {}

    Context* context_;
    std::string folder_;
};

/// What the secret holds, checked before any file changes.
Result<std::string> public_line(const Secret& key, const std::string& secret, const Names& names) {
    const Result<age::Identity> identity = age::Identity::parse_openssh(as_text(key.view()));
    if (!identity || identity->recipient().type() != "ssh-ed25519") {
        return fail(
            ErrorCode::corrupt,
            fmt::format("the secret `{}` holds no Ed25519 private key of OpenSSH", secret),
            fmt::format("put it there again: `ducksnest hosts upload --replace {}`", names.node)
        );
    }
    return identity->recipient().text() + " root@" + names.node;
}

Result<bool> install_host_key(Context& context, SecretValues& secrets, const Names& names) {
    const std::string secret = secret_name(names.homelab, names.node, HostSecret::ssh_host_key);
    const Secret key = TRY(
        take(secrets, secret, fmt::format("put it there: `ducksnest hosts upload {}`", names.node))
    );
    const std::string line = TRY(public_line(key, secret, names));
    HostKeyFile file(context, context.show_folder(*context.arguments().text("host-key")));
    return file.install(key, line, context.options().dry_run);
}

/// Whether the machine had to join.
Result<bool> join_tailnet(Context& context, SecretValues& secrets, const Names& names) {
    Workplace place = TRY(Workplace::open(context));
    Tailscale tailscale = TRY(Tailscale::find(context, place.folder()));
    if (TRY(tailscale.state()) == TailnetState::joined) {
        return false;
    }
    if (context.options().dry_run) {
        return true;
    }
    const std::string secret = secret_name(names.homelab, names.node, HostSecret::tailnet_key);
    const Secret key = TRY(
        take(secrets, secret, fmt::format("put one there: `ducksnest tailnet key {}`", names.node))
    );
    TailnetLogin login = {
        .host_name = names.node,
        .tags = context.arguments().all("tag"),
        .key_file = TRY(place.lay_out(key)),
    };
    TRY(tailscale.up(login));
    return true;
}

Result<Exit> run_join(Context& context) {
    const Result<Names> names = read_names(context);
    if (!names) {
        return context.report(names.error(), Exit::usage);
    }
    const auto secrets = TRY(context.open_secret_values(names->region));
    const bool is_written = TRY(install_host_key(context, *secrets, *names));
    const bool has_joined = TRY(join_tailnet(context, *secrets, *names));
    if (context.options().json) {
        context.out_json(Json::object({
            {"schema", "ducksnest.join/1"},
            {"dry_run", context.options().dry_run},
            {"homelab", names->homelab},
            {"host_key", is_written ? "written" : "kept"},
            {"node", names->node},
            {"tailnet", has_joined ? "joined" : "kept"},
        }));
        return Exit::done;
    }
    const char* prefix = context.options().dry_run ? "would be " : "";
    context.out(fmt::format(
        "{}: host key {}{}, tailnet {}{}\n",
        names->node,
        is_written ? prefix : "",
        is_written ? "written" : "kept",
        has_joined ? prefix : "",
        has_joined ? "joined" : "kept"
    ));
    return Exit::done;
}

} // namespace

Command join_command() {
    return {
        .path = "join",
        .summary = "on a new machine in the cloud: take its host key and join the tailnet",
        .description =
            "What a machine does at its first boot. It takes its SSH host key from AWS Secrets "
            "Manager, as the role of the instance, and writes it where sshd looks for it; then it "
            "joins the tailnet with the single-use key that waits for it there. The key goes "
            "through a file in memory that is removed at once, never through an argument list or a "
            "log.\n\n"
            "Run again it changes nothing: the key on disk stays, and a machine that is in the "
            "tailnet needs no key. A cut-off run is finished by the next one. sshd reads a new "
            "host "
            "key when it starts.",
        .flags =
            {{.name = "homelab", .value = Value::text, .metavar = "NAME", .summary = "whose machine"
             },
             {.name = "node",
              .value = Value::node,
              .metavar = "NAME",
              .summary = "the node or slot that this machine is"},
             {.name = "region",
              .value = Value::text,
              .metavar = "REGION",
              .summary = "where the secrets are"},
             {.name = "tag",
              .value = Value::text,
              .metavar = "TAG",
              .summary = "join with this tag (tag:worker); else with those of the key",
              .is_repeated = true},
             {.name = "host-key",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "where the SSH private key goes",
              .fallback = std::string(usual_host_key)},
             {.name = "runtime",
              .value = Value::folder,
              .metavar = "DIR",
              .summary = "a folder in memory, made and removed",
              .fallback = std::string(usual_runtime)}},
        .examples =
            {{.command = "ducksnest join --homelab ducksnest --node standby-1 --region "
                         "ap-northeast-2",
              .says = "as the first boot runs it"}},
        .run = run_join,
    };
}

} // namespace ducksnest::app
