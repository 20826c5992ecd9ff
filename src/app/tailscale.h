#pragma once

#include "app/context.h"
#include "base/secret.h"

#include <cstdint>
#include <string>
#include <vector>

/// This machine's place in the tailnet, by the program `tailscale`.
namespace ducksnest::app {

enum class TailnetState : std::uint8_t {
    joined,      ///< Known to the tailnet; up, or soon up.
    needs_login, ///< Never joined, or thrown out: only a key lets it in.
};

/// How the machine joins.
struct TailnetLogin {
    std::string host_name{};
    std::vector<std::string> tags{}; ///< "tag:standby"; none takes those of the key.
    std::string key_file{};          ///< With the auth key, in memory; "" when it needs none.
};

/// The program, with a folder in memory for what it says.
class Tailscale {
public:
    /// `not_found` when PATH has no `tailscale`.
    static Result<Tailscale> find(Context& context, std::string folder);

    /// Asks the daemon (`tailscale status --json`, `BackendState`); waits a while for one that has
    /// only begun. `unavailable` when it does not answer.
    Result<TailnetState> state();
    /// `tailscale up`: returns when the machine is in the tailnet. `denied` with what the program
    /// said when it is not let in.
    Result<void> up(const TailnetLogin& login);

private:
    struct Run {
        bool is_success = false;
        std::string said{};
    };

    Tailscale(Context& context, std::string program, std::string folder)
        : context_(context)
        , program_(std::move(program))
        , folder_(std::move(folder)) {}
    Result<Run> run(const std::vector<std::string>& arguments, Duration limit);

    Context& context_;
    std::string program_;
    std::string folder_;
};

} // namespace ducksnest::app
