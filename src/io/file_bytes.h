#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>

namespace ducksnest::io {

/// The rest of an open file. `path` is only for the error.
Result<Bytes> read_all(int file, const std::string& path);

/// Writes everything, however often the kernel takes less.
Result<void> write_all(int file, ByteView bytes, const std::string& path);

} // namespace ducksnest::io
