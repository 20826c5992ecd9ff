#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace ducksnest::io {

/// "cannot write `secrets/index.json`: no space left on device", from errno(3).
std::unexpected<Error> os_failure(std::string_view action, const std::string& path, int number);

} // namespace ducksnest::io
