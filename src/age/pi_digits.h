#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ducksnest::age {

/// The first bits of the fraction of pi, 32 to a word, the most significant first:
/// 0x243f6a88, 0x85a308d3, …. Blowfish starts from them.
std::vector<std::uint32_t> pi_fraction(std::size_t words);

} // namespace ducksnest::age
