#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>

namespace ducksnest::age {

/// The Blowfish cipher (Schneier, 1993) with bcrypt's costly key schedule (Provos and Mazières,
/// 1999). Its state is key material and is wiped.
class Blowfish {
public:
    Blowfish();
    Blowfish(const Blowfish&) = default;
    Blowfish& operator=(const Blowfish&) = delete;
    ~Blowfish();

    /// Mixes a key into the state.
    void expand(ByteView key);
    /// Mixes a key and a salt into the state.
    void expand(ByteView key, ByteView salt);

    struct Block {
        std::uint32_t left = 0;
        std::uint32_t right = 0;
    };
    Block encrypt(Block block) const;

private:
    void mix_key(ByteView key);

    std::array<std::uint32_t, 18> subkeys_{};
    std::array<std::array<std::uint32_t, 256>, 4> boxes_{};
};

/// Walks over bytes in big-endian words, round and round.
class WordCycle {
public:
    explicit WordCycle(ByteView bytes)
        : bytes_(bytes) {}
    std::uint32_t next();

private:
    ByteView bytes_;
    std::size_t position_ = 0;
};

} // namespace ducksnest::age
