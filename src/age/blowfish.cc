#include "age/blowfish.h"

#include "age/pi_digits.h"
#include "base/secret.h"

#include <algorithm>

namespace ducksnest::age {
namespace {

constexpr std::size_t state_words = 18 + std::size_t{4} * 256;

} // namespace

std::uint32_t WordCycle::next() {
    std::uint32_t word = 0;
    for (int i = 0; i < 4; ++i) {
        word = (word << 8U) | bytes_[position_];
        position_ = position_ + 1 == bytes_.size() ? 0 : position_ + 1;
    }
    return word;
}

Blowfish::Blowfish() {
    static const std::vector<std::uint32_t> start = pi_fraction(state_words);
    auto next = start.begin();
    for (std::uint32_t& subkey : subkeys_) {
        subkey = *next++;
    }
    for (auto& box : boxes_) {
        for (std::uint32_t& entry : box) {
            entry = *next++;
        }
    }
}

Blowfish::~Blowfish() {
    wipe(subkeys_.data(), sizeof subkeys_);
    wipe(boxes_.data(), sizeof boxes_);
}

Blowfish::Block Blowfish::encrypt(Block block) const {
    const auto round = [this](std::uint32_t x) {
        return ((boxes_[0][x >> 24U] + boxes_[1][(x >> 16U) & 255U]) ^ boxes_[2][(x >> 8U) & 255U]
               ) +
               boxes_[3][x & 255U];
    };
    auto [left, right] = block;
    left ^= subkeys_[0];
    for (std::size_t i = 1; i < 17; i += 2) {
        right ^= round(left) ^ subkeys_[i];
        left ^= round(right) ^ subkeys_[i + 1];
    }
    return {.left = right ^ subkeys_[17], .right = left};
}

void Blowfish::mix_key(ByteView key) {
    WordCycle words(key);
    for (std::uint32_t& subkey : subkeys_) {
        subkey ^= words.next();
    }
}

void Blowfish::expand(ByteView key) {
    constexpr std::uint8_t no_salt[] = {0};
    expand(key, no_salt);
}

void Blowfish::expand(ByteView key, ByteView salt) {
    mix_key(key);
    WordCycle salts(salt);
    Block block;
    const auto refill = [&](std::span<std::uint32_t> words) {
        for (std::size_t i = 0; i < words.size(); i += 2) {
            block.left ^= salts.next();
            block.right ^= salts.next();
            block = encrypt(block);
            words[i] = block.left;
            words[i + 1] = block.right;
        }
    };
    refill(subkeys_);
    for (auto& box : boxes_) {
        refill(box);
    }
}

} // namespace ducksnest::age
