#pragma once

#include "base/result.h"

#include <string>

namespace ducksnest::aws {

/// Whether a text has the shape of a region's name: "ap-northeast-2", "us-gov-west-1". It goes into
/// host names, and a name that is none would only be found out by a server that cannot be found.
Result<void> check_region(const std::string& region);

} // namespace ducksnest::aws
