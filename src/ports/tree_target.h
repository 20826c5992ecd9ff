#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <string_view>

namespace ducksnest {

enum class FileMode : std::uint8_t { plain, executable };

/// A file tree that is being made, part by part in the order of its archive. The name of the root
/// is empty; every other name is one part of a path, checked by whoever calls. A folder's children
/// come between `begin_folder` and `end_folder`, a file's bytes between `begin_file` and
/// `end_file`. Nothing outside the root is ever touched, and nothing that exists is opened or
/// replaced: `conflict`.
class TreeTarget {
public:
    virtual ~TreeTarget() = default;
    virtual Result<void> begin_folder(std::string_view name) = 0;
    virtual Result<void> end_folder() = 0;
    /// `size` is how many bytes will follow.
    virtual Result<void> begin_file(std::string_view name, FileMode mode, std::uint64_t size) = 0;
    virtual Result<void> write(ByteView piece) = 0;
    virtual Result<void> end_file() = 0;
    virtual Result<void> add_symlink(std::string_view name, std::string_view target) = 0;
};

} // namespace ducksnest
