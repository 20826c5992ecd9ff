#pragma once

#include "rules.h"

namespace ducksnest::tidy {

/// Every file that git tracks or would track, below `root`. Throws std::runtime_error when git
/// fails.
std::vector<SourceText> read_repository(const std::string& root);

} // namespace ducksnest::tidy
