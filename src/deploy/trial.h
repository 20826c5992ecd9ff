#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/node_system.h"

#include <optional>
#include <string>
#include <string_view>

namespace ducksnest::deploy {

/// How far a node is with a new system. Until `confirmed` the previous one is what the node starts
/// with.
enum class Phase : std::uint8_t {
    none,       ///< There never was a trial.
    arming,     ///< The way back is being prepared; nothing has changed.
    armed,      ///< The way back is sure; the switch may begin.
    switching,  ///< switch-to-configuration is at work.
    restarting, ///< The boot loader was told to start the new system once.
    trying,     ///< The new system runs and waits to be confirmed.
    confirming, ///< It was confirmed and is being made the default: there is no way back.
    confirmed,
    reverting, ///< The previous system is being brought back.
    reverted,
};

std::string_view to_string(Phase phase);
Result<Phase> parse_phase(std::string_view text);

/// Whether the node is between two systems and will leave that state by itself.
bool is_under_way(Phase phase);

/// How a node comes to run its new system.
enum class Way : std::uint8_t {
    in_place, ///< `switch-to-configuration test`.
    restart,  ///< The next boot, and only that one.
};

/// What a node remembers of the system that it tries, or tried last.
struct Trial {
    Phase phase = Phase::none;
    std::string system{};   ///< The new one.
    std::string previous{}; ///< The default before, to which the node returns.
    std::string token{};    ///< Of the deployment that asked for it.
    Way way = Way::in_place;
    Duration patience{};              ///< How long the node waits to be confirmed.
    BootMoment deadline{};            ///< When it goes back, by this boot's count.
    std::optional<int> switch_exit{}; ///< Of switch-to-configuration, once it has ended.
    std::string said{};               ///< The last lines of what that said.
    std::string reason{};             ///< Why it was reverted.

    bool operator==(const Trial& other) const;
};

/// "ducksnest.trial/1", as the node keeps it.
Json to_json(const Trial& trial);
/// `corrupt` names what is missing.
Result<Trial> parse_trial(const Json& json);

/// The last lines of a program's output, at most so many bytes, cut at a line.
std::string last_lines(std::string_view text, std::size_t bytes_max);

/// What a node does next on its own.
enum class Duty : std::uint8_t {
    nothing,
    wait,    ///< Until the deadline.
    resume,  ///< The new system has booted: arm the way back again.
    go_back, ///< Bring the previous system back.
    record,  ///< It runs the previous system already: say so and be done.
    finish,  ///< Make the confirmed system the default.
};

/// What a machine finds when it looks at itself.
struct Observed {
    BootMoment now{};
    std::string current{}; ///< The system that runs.
    std::string booted{};  ///< The system that was booted.
};

/// The way out of every state that a killed process, a lost connection or a power cut can leave:
/// to the previous system, or, once it was confirmed, to the new one.
Duty duty_of(const Trial& trial, const Observed& observed);

/// Why a trial ended that its own process did not see the end of.
std::string reason_of_end(const Trial& trial, const Observed& observed);

} // namespace ducksnest::deploy
