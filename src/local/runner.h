#pragma once

#include "local/ground.h"
#include "local/ground_state.h"
#include "local/layout.h"
#include "ports/http.h"

#include <string_view>

namespace ducksnest::local {

/// Starts and stops the processes of a ground one by one. What runs is written down before anything
/// else happens.
class Runner {
public:
    /// `doors` must outlive the runner. `patience` is for each process to answer.
    Runner(const GroundDoors& doors, GroundState state, Duration patience)
        : doors_(doors)
        , state_(std::move(state))
        , patience_(patience) {}

    Result<void> start(const LocalProcess& process);
    /// Until the process answers. When it ends instead, or does not answer in time, the error
    /// carries its last log lines.
    Result<void> wait_for(const LocalProcess& process, Http& http);
    /// One that is not running is no error.
    Result<void> stop(const LocalProcess& process);

    const GroundState& state() const { return state_; }

private:
    Result<void> save();
    std::unexpected<Error>
    failure(const LocalProcess& process, ErrorCode code, std::string_view what) const;

    const GroundDoors& doors_;
    GroundState state_;
    Duration patience_;
};

/// How long a process may take to end by itself.
inline constexpr Duration stop_grace = Duration(10'000);

} // namespace ducksnest::local
