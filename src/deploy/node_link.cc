#include "deploy/node_link.h"

#include "base/text.h"
#include "deploy/run.h"

#include <fmt/format.h>

#include <array>

namespace ducksnest::deploy {
namespace {

using namespace std::chrono_literals;

constexpr Duration short_call = 30s;
constexpr Duration confirm_call = 6min;
constexpr Duration fetch_call = 2h;

/// What ssh(1) ends with when the connection failed, not the program.
constexpr int ssh_failed = 255;
/// What a shell says when there is no such program.
constexpr int no_program = 127;

ErrorCode parse_code(const std::string& text) {
    constexpr std::array codes = {
        ErrorCode::not_found,
        ErrorCode::conflict,
        ErrorCode::invalid,
        ErrorCode::denied,
        ErrorCode::unauthenticated,
        ErrorCode::unavailable,
        ErrorCode::timeout,
        ErrorCode::aborted,
        ErrorCode::corrupt,
        ErrorCode::unsupported,
        ErrorCode::interrupted,
    };
    for (const ErrorCode code : codes) {
        if (to_string(code) == text) {
            return code;
        }
    }
    return ErrorCode::internal;
}

/// The record of an error as `--json` puts it on standard error.
Error node_error(const Remote& remote, const CommandResult& said) {
    const std::string last = last_lines(said.err, said.err.size());
    for (const std::string_view line : split(last, '\n')) {
        const Result<Json> json = Json::parse(line);
        const auto text = [&](std::string_view key) {
            const Json* value = json ? json->find(key) : nullptr;
            const std::string* found = value == nullptr ? nullptr : value->as_string();
            return found == nullptr ? std::string() : *found;
        };
        if (text("schema") == "ducksnest.error/1") {
            return {
                .code = parse_code(text("code")),
                .message = fmt::format("`{}`: {}", remote.node, text("message")),
                .help = text("help"),
            };
        }
    }
    if (said.exit == no_program) {
        return {
            .code = ErrorCode::not_found,
            .message = fmt::format("`{}` has no ducksnest", remote.node),
            .help = "its NixOS configuration needs ducksnest's module; switch it once by hand",
        };
    }
    return {
        .code = ErrorCode::internal,
        .message = fmt::format("`{}` ended with {}: {}", remote.node, said.exit, last),
    };
}

} // namespace

Result<Json> NodeLink::call(std::vector<std::string> words, Duration timeout) {
    words.insert(words.begin(), {"ducksnest", "activate"});
    words.emplace_back("--json");
    Result<CommandResult> said = commands_.run(ssh_line(remote_, settings_, words, timeout));
    if (!said && said.error().code == ErrorCode::timeout) {
        return fail(
            ErrorCode::timeout,
            fmt::format("`{}` did not answer in {}", remote_.node, format_duration(timeout))
        );
    }
    const CommandResult result = TRY(std::move(said));
    if (result.exit == ssh_failed) {
        return std::unexpected(ssh_error(remote_, result.err));
    }
    if (!result.is_success()) {
        return std::unexpected(node_error(remote_, result));
    }
    return Json::parse(result.out).with(fmt::format("reading what `{}` answers", remote_.node));
}

Result<NodeReport> NodeLink::report(std::vector<std::string> words, Duration timeout) {
    return parse_node_report(TRY(call(std::move(words), timeout)))
        .with(fmt::format("reading what `{}` answers", remote_.node));
}

Result<NodeReport> NodeLink::status(const std::string& wanted) {
    std::vector<std::string> words = {"status"};
    if (!wanted.empty()) {
        words.push_back(wanted);
    }
    return report(std::move(words), short_call);
}

Result<NodeReport> NodeLink::lock(const std::string& holder, Duration length) {
    return report(
        {"lock", "--holder", holder, "--token", token_, "--for", format_duration(length)},
        short_call
    );
}

Result<NodeReport> NodeLink::unlock() {
    return report({"unlock", "--token", token_}, short_call);
}

Result<NodeReport> NodeLink::fetch(const std::string& system) {
    return report({"fetch", system, "--token", token_}, fetch_call);
}

Result<void> NodeLink::copy(const std::string& system, const std::string& store) {
    CommandLine line{
        .words =
            {"nix",
             "--extra-experimental-features",
             "nix-command",
             "copy",
             "--to",
             fmt::format("ssh://{}@{}", remote_.user, remote_.host),
             system},
        .environment = {{"NIX_SSHOPTS", join(ssh_options(remote_, settings_), " ")}},
        .timeout = fetch_call,
    };
    if (!store.empty()) {
        line.words.insert(line.words.end(), {"--from", store});
    }
    return run(commands_, line)
        .with(fmt::format("copying to `{}`", remote_.node))
        .or_help("the node has to allow it: `ducksnest.deploy.allowCopy = true`");
}

Result<NodeReport> NodeLink::begin(const Task& task, Duration patience) {
    std::vector<std::string> words = {
        "switch",
        task.system,
        "--token",
        token_,
        "--patience",
        format_duration(patience),
        "--host-name",
        task.node
    };
    if (task.way == Way::restart) {
        words.emplace_back("--by-restart");
    }
    return report(std::move(words), short_call);
}

Result<NodeReport> NodeLink::confirm() {
    return report({"confirm", "--token", token_}, confirm_call);
}

Result<NodeReport> NodeLink::revert(const std::string& reason) {
    return report({"revert", "--token", token_, "--reason", reason}, short_call);
}

Result<std::vector<Probe>> NodeLink::probe(const ProbeRequest& request) {
    std::vector<std::string> words = {"probe"};
    for (const std::string& unit : request.units) {
        words.insert(words.end(), {"--unit", unit});
    }
    if (!request.api.empty()) {
        words.insert(words.end(), {"--api", request.api, "--authorities", request.authorities});
    }
    for (const std::string& address : request.addresses) {
        words.insert(words.end(), {"--address", address});
    }
    return parse_probes(TRY(call(std::move(words), confirm_call)))
        .with(fmt::format("reading what `{}` answers", remote_.node));
}

} // namespace ducksnest::deploy
