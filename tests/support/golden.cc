#include "support/golden.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ducksnest::testing {
namespace {

std::string source_path(const std::string& path) {
    return std::string(DUCKSNEST_SOURCE_DIR) + "/" + path;
}

bool wants_accept() {
    const char* value = std::getenv("DUCKSNEST_ACCEPT");
    return value != nullptr && std::string_view(value) == "1";
}

/// The first line that differs, for a message that says more than "not equal".
std::string first_difference(std::string_view wanted, std::string_view found) {
    const auto at = std::ranges::mismatch(wanted, found).in1;
    const auto offset = static_cast<std::size_t>(at - wanted.begin());
    const std::size_t line = static_cast<std::size_t>(std::count(wanted.begin(), at, '\n')) + 1;
    const auto line_of = [offset, wanted](std::string_view text) {
        const std::size_t newline = wanted.substr(0, offset).rfind('\n');
        const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
        const std::string_view rest = text.substr(std::min(begin, text.size()));
        return rest.substr(0, rest.find('\n'));
    };
    return fmt::format("line {}:\n  wanted {}\n  found  {}", line, line_of(wanted), line_of(found));
}

} // namespace

std::string read_source_file(const std::string& path) {
    std::ifstream file(source_path(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void check_golden(const std::string& path, std::string_view text) {
    const std::string wanted = read_source_file(path);
    if (wanted == text) {
        CHECK(true);
        return;
    }
    if (wants_accept()) {
        std::filesystem::create_directories(std::filesystem::path(source_path(path)).parent_path());
        std::ofstream(source_path(path), std::ios::binary) << text;
        MESSAGE("rewritten, not tested: " << path);
        return;
    }
    FAIL_CHECK(
        path << " differs, " << first_difference(wanted, text)
             << "\n  DUCKSNEST_ACCEPT=1 rewrites it"
    );
}

} // namespace ducksnest::testing
