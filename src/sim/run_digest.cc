#include "sim/run_digest.h"

#include <fmt/format.h>

#include <cstddef>

namespace ducksnest::sim {

void RunDigest::fold(std::string_view text) {
    fold(text.size());
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        word = (word << 8U) | static_cast<std::uint8_t>(text[i]);
        if (i % 8 == 7) {
            fold(word);
            word = 0;
        }
    }
    if (text.size() % 8 != 0) {
        fold(word);
    }
}

std::string format_digest(std::uint64_t digest) {
    return fmt::format("{:016x}", digest);
}

} // namespace ducksnest::sim
