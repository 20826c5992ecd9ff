#pragma once

#include "ports/files.h"

#include <cstddef>
#include <string>

namespace ducksnest::io {

/// Every regular file below a folder, read through open folders, so that a folder which is replaced
/// meanwhile is seen whole: the old one or the new one. Empty when there is none.
Result<Tree> read_tree(const std::string& folder);

/// See `Files::find_key_files`.
Result<Tree> read_key_files(const std::string& folder);

} // namespace ducksnest::io
