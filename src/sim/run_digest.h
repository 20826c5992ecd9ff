#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ducksnest::sim {

/// A running fingerprint of a simulation: two runs with the same fingerprint did the same things in
/// the same order. Two 64-bit lanes of multiply and xor-shift; fast, and not meant against forgery.
class RunDigest {
public:
    void fold(std::uint64_t word) {
        low_ = (low_ ^ word) * 0x9fb21c651e98df25U;
        low_ ^= low_ >> 32U;
        high_ = (high_ + word) * 0xd6e8feb86659fd93U;
        high_ ^= high_ >> 29U;
    }
    void fold(std::string_view text);

    std::uint64_t value() const { return low_ ^ (high_ * 0x9e3779b97f4a7c15U); }

private:
    std::uint64_t low_ = 0x6475636b6e657374U;
    std::uint64_t high_ = 0x7477696e7477696eU;
};

/// Sixteen lower-case hexadecimal digits.
std::string format_digest(std::uint64_t digest);

} // namespace ducksnest::sim
