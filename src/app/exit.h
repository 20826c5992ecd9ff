#pragma once

#include "base/error.h"

namespace ducksnest::app {

/// What the process tells its caller. Programs depend on the numbers: they never change.
enum class Exit : int {
    done = 0,            ///< Done, or nothing to do.
    failed = 1,          ///< The operation failed.
    usage = 2,           ///< The command line is wrong.
    invalid_homelab = 3, ///< homelab.toml has errors.
    differences = 4,     ///< Differences were found and asked for.
    partial = 5,         ///< Applied in part; run again.
    refused = 6,         ///< Refused by policy, or a confirmation is missing.
    interrupted = 130,
};

/// The exit of a verb that ends with this error.
inline Exit exit_of(const Error& error) {
    return error.code == ErrorCode::interrupted ? Exit::interrupted : Exit::failed;
}

} // namespace ducksnest::app
