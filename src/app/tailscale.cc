#include "app/tailscale.h"

#include "base/text.h"

#include <fmt/format.h>

#include <array>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view output_file = "tailscale.log";
constexpr const char* usual_path = "/run/current-system/sw/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string path_of(const Context& context) {
    return context.environment().path.value_or(usual_path);
}

std::vector<std::string> folders_of(std::string_view path) {
    std::vector<std::string> folders;
    for (const std::string_view folder : split(path, ':')) {
        folders.emplace_back(folder);
    }
    return folders;
}

/// The last line that says something, for an error.
std::string last_line(std::string_view text) {
    std::string last;
    for (const std::string_view line : split(text, '\n')) {
        if (!line.empty()) {
            last = line;
        }
    }
    return last;
}

} // namespace

Result<Tailscale> Tailscale::find(Context& context, std::string folder) {
    const auto program = context.processes().find("tailscale", folders_of(path_of(context)));
    if (!program) {
        return fail(
            ErrorCode::not_found,
            "there is no program `tailscale` on PATH",
            "it comes with the node's system: run `ducksnest join` from there"
        );
    }
    return Tailscale(context, *program, std::move(folder));
}

Result<Tailscale::Run> Tailscale::run(const std::vector<std::string>& arguments, Duration limit) {
    const std::string log = fmt::format("{}/{}", folder_, output_file);
    const auto folder = context_.open_folder(folder_);
    TRY(folder->write(std::string(output_file), {}));
    const ProcessId id = TRY(context_.processes().start({
        .path = program_,
        .arguments = arguments,
        .environment = {{"PATH", path_of(context_)}},
        .folder = "/",
        .log_file = log,
    }));
    const Duration begun = context_.timer().elapsed();
    std::optional<Ending> ending = context_.processes().ending(id);
    while (!ending) {
        const bool is_late = context_.timer().elapsed() - begun > limit;
        const Result<void> waited = is_late ? Result<void>() : context_.timer().pause(10ms, {});
        if (is_late || !waited) {
            TRY(context_.processes().stop(id, 1s));
            TRY(waited);
            return fail(
                ErrorCode::timeout,
                fmt::format(
                    "`tailscale {}` did not end in {}", arguments.front(), format_duration(limit)
                )
            );
        }
        ending = context_.processes().ending(id);
    }
    const auto said = TRY(folder->read(std::string(output_file)));
    return Run{
        .is_success = *ending == "exit code 0",
        .said = said ? std::string(as_text(*said)) : std::string(),
    };
}

Result<TailnetState> Tailscale::state() {
    constexpr Duration patience = 30s;
    const Duration begun = context_.timer().elapsed();
    while (true) {
        const Run answer = TRY(run({"status", "--json"}, 10s));
        const Result<Json> json = Json::parse(answer.said, JsonNumbers::any);
        const Json* member = json ? json->find("BackendState") : nullptr;
        const std::string* state = member == nullptr ? nullptr : member->as_string();
        // ipn.State in Tailscale's own source: NoState, Starting pass; NeedsMachineAuth waits for a
        // person, and a second key would not help.
        if (state != nullptr && *state == "NeedsLogin") {
            return TailnetState::needs_login;
        }
        constexpr std::array joined = {"Running", "Stopped", "NeedsMachineAuth"};
        for (const char* name : joined) {
            if (state != nullptr && *state == name) {
                return TailnetState::joined;
            }
        }
        if (context_.timer().elapsed() - begun > patience) {
            return fail(
                ErrorCode::unavailable,
                fmt::format("tailscaled does not answer: {}", last_line(answer.said)),
                "start tailscaled first; `systemctl status tailscaled` says why it does not run"
            );
        }
        TRY(context_.timer().pause(250ms, {}));
    }
}

Result<void> Tailscale::up(const TailnetLogin& login) {
    std::vector<std::string> arguments = {
        // The whole truth for now: the node's own unit says the rest after the switch.
        "up",
        "--reset",
        "--accept-dns=false",
        "--hostname=" + login.host_name,
        "--timeout=60s",
    };
    if (!login.tags.empty()) {
        arguments.push_back("--advertise-tags=" + join(login.tags, ","));
    }
    if (!login.key_file.empty()) {
        arguments.push_back("--auth-key=file:" + login.key_file);
    }
    const Run answer = TRY(run(arguments, 90s));
    if (!answer.is_success) {
        return fail(
            ErrorCode::denied,
            fmt::format("`tailscale up` failed: {}", last_line(answer.said)),
            "a key works once and for a limited time: put a new one in its place with "
            "`ducksnest tailnet key " +
                login.host_name + "`"
        );
    }
    return {};
}

} // namespace ducksnest::app
