#pragma once

#include "base/result.h"

#include <string>

namespace ducksnest {

/// Buckets themselves; what is in one is an `ObjectStore`.
///
/// Errors: `unauthenticated`, `denied` (it is somebody else's, too), `conflict` (the name is
/// taken), `invalid`, `unavailable` and `timeout` (after retries of its own).
class Buckets {
public:
    virtual ~Buckets() = default;
    virtual Result<bool> exists(const std::string& name) = 0;
    /// Makes one that nobody else can read and that keeps what is replaced; puts one that is ours
    /// already right. Whether it was not there.
    virtual Result<bool> make_private(const std::string& name) = 0;
};

} // namespace ducksnest
