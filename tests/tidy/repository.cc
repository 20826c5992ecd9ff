#include "repository.h"

#include "base/text.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace ducksnest::tidy {
namespace {

std::string output_of(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        throw std::runtime_error("cannot start: " + command);
    }
    std::string output;
    std::array<char, 65536> chunk{};
    for (std::size_t got = 1; got > 0;) {
        got = fread(chunk.data(), 1, chunk.size(), pipe);
        output.append(chunk.data(), got);
    }
    if (pclose(pipe) != 0) {
        throw std::runtime_error("failed: " + command);
    }
    return output;
}

} // namespace

std::vector<SourceText> read_repository(const std::string& root) {
    // Whoever owns the checkout: reading names is harmless.
    const std::string listing = output_of(
        "git -c safe.directory='*' -C '" + root +
        "' ls-files -z --cached --others --exclude-standard"
    );
    std::vector<SourceText> files;
    for (const std::string_view path : split(listing, '\0')) {
        const std::filesystem::path full = std::filesystem::path(root) / path;
        // The index may still name a file that was just removed.
        if (path.empty() || !std::filesystem::is_regular_file(full)) {
            continue;
        }
        std::ifstream in(full, std::ios::binary);
        files.push_back(
            {.path = std::string(path),
             .text = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}}
        );
    }
    return files;
}

} // namespace ducksnest::tidy
