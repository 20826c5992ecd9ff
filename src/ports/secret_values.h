#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <optional>
#include <string>

namespace ducksnest {

/// What is known of a secret without its value.
struct SecretEntryState {
    bool exists = false;    ///< Its entry was made; Terraform does that.
    bool has_value = false; ///< A value was put.
};

/// Named values in the cloud that only some roles may read. Safe to call from several threads at
/// once. No error and no log ever shows a value.
///
/// Errors: `unauthenticated`, `denied`, `invalid`, `unavailable` and `timeout` (after retries of
/// its own).
class SecretValues {
public:
    virtual ~SecretValues() = default;
    /// The current value; nothing when the entry is there and has none. `not_found`: no entry.
    virtual Result<std::optional<Secret>> get(const std::string& name) = 0;
    /// Makes a value the current one, as one new version however often the call has to be repeated.
    /// `not_found`: no entry.
    virtual Result<void> put(const std::string& name, const Secret& value) = 0;
    virtual Result<SecretEntryState> describe(const std::string& name) = 0;
};

} // namespace ducksnest
