#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ducksnest {

/// A file being written, front to end. Gone again with this object, unless it was kept.
class SpoolFile {
public:
    virtual ~SpoolFile() = default;
    virtual Result<void> write(ByteView piece) = 0;
    virtual Result<void> keep() = 0;
};

/// Files of our own that can be had again: what does not survive a crash is no loss. Names are
/// single words. Safe to call from several threads at once.
class Spool {
public:
    virtual ~Spool() = default;
    virtual Result<std::unique_ptr<SpoolFile>> create(const std::string& name) = 0;
    /// The bytes from `offset` on; false ends it early, which is no error. A file that is removed
    /// meanwhile is read to its end.
    virtual Result<void> read(
        const std::string& name,
        std::uint64_t offset,
        const std::function<bool(ByteView piece)>& receiver
    ) = 0;
    virtual Result<void> remove(const std::string& name) = 0;
};

} // namespace ducksnest
