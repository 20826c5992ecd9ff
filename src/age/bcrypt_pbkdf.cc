#include "age/bcrypt_pbkdf.h"

#include "age/blowfish.h"
#include "age/primitives.h"
#include "age/ssh_wire.h"
#include "base/assert.h"

#include <sodium.h>

#include <array>

namespace ducksnest::age {
namespace {

using Sha512 = KeyBytes<crypto_hash_sha512_BYTES>;

Sha512 sha512(ByteView bytes) {
    Sha512 digest;
    crypto_hash_sha512(digest.bytes.data(), bytes.data(), bytes.size());
    return digest;
}

/// bcrypt with 2^6 expansions and a longer text than the password hash has.
Key32 bcrypt_hash(const Sha512& passphrase, const Sha512& salt) {
    constexpr int expansions = 64;
    constexpr int encryptions = 64;
    Blowfish cipher;
    cipher.expand(passphrase.view(), salt.view());
    for (int i = 0; i < expansions; ++i) {
        cipher.expand(salt.view());
        cipher.expand(passphrase.view());
    }
    Key32 hash;
    WordCycle text(as_bytes("OxychromaticBlowfishSwatDynamite"));
    for (std::size_t start = 0; start < hash.bytes.size(); start += 8) {
        Blowfish::Block block{.left = text.next(), .right = text.next()};
        for (int i = 0; i < encryptions; ++i) {
            block = cipher.encrypt(block);
        }
        for (std::size_t i = 0; i < 4; ++i) { // Little-endian, unlike everything else here.
            hash.bytes[start + i] = static_cast<std::uint8_t>((block.left >> (8 * i)) & 255U);
            hash.bytes[start + 4 + i] = static_cast<std::uint8_t>((block.right >> (8 * i)) & 255U);
        }
    }
    return hash;
}

/// One block of output: the sum of a chain of hashes, as in PBKDF2.
Key32 derive_block(
    const Sha512& passphrase, ByteView salt, std::uint32_t number, std::uint32_t rounds
) {
    Bytes numbered_salt(salt.begin(), salt.end());
    append_number(numbered_salt, number);
    Key32 link = bcrypt_hash(passphrase, sha512(numbered_salt));
    Key32 sum = link;
    for (std::uint32_t round = 1; round < rounds; ++round) {
        link = bcrypt_hash(passphrase, sha512(link.view()));
        for (std::size_t i = 0; i < sum.bytes.size(); ++i) {
            sum.bytes[i] ^= link.bytes[i];
        }
    }
    return sum;
}

} // namespace

Secret bcrypt_pbkdf(ByteView passphrase, ByteView salt, std::uint32_t rounds, std::size_t size) {
    ASSERT(rounds > 0 && !salt.empty() && size > 0);
    const Sha512 hashed = sha512(passphrase);
    const std::size_t blocks = (size + sizeof(Key32) - 1) / sizeof(Key32);
    Secret key(size);
    for (std::size_t block = 0; block < blocks; ++block) {
        const Key32 bytes =
            derive_block(hashed, salt, static_cast<std::uint32_t>(block + 1), rounds);
        // The blocks are woven into each other, not laid end to end: nobody gets a part of the key
        // without computing every block.
        for (std::size_t i = 0; i * blocks + block < size; ++i) {
            key.span()[i * blocks + block] = bytes.bytes[i];
        }
    }
    return key;
}

} // namespace ducksnest::age
