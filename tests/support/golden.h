#pragma once

#include <string>
#include <string_view>

namespace ducksnest::testing {

/// The bytes of a file below the source folder; empty when there is none.
std::string read_source_file(const std::string& path);

/// Compares `text` with a committed file below the source folder. With DUCKSNEST_ACCEPT=1 in the
/// environment the file is rewritten instead and the test reports itself as skipped.
void check_golden(const std::string& path, std::string_view text);

} // namespace ducksnest::testing
