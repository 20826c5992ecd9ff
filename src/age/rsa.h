#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

struct evp_pkey_st; // OpenSSL's EVP_PKEY, kept out of headers.

/// RSA as age uses it: RSAES-OAEP (RFC 8017 section 7.1) with SHA-256 and age's label.
namespace ducksnest::age {

using OaepSeed = std::array<std::uint8_t, 32>;

/// Big-endian magnitudes, as views into the caller's bytes.
struct RsaNumbers {
    ByteView modulus{};
    ByteView public_exponent{};
    ByteView private_exponent{};
    ByteView prime_one{};
    ByteView prime_two{};
    ByteView coefficient{}; ///< Inverse of the second prime modulo the first.
};

/// Decoded once, used by any number of threads.
class RsaPublicKey {
public:
    /// 2,048 to 16,384 bits, exponent odd and below 2^31; anything else is `unsupported`.
    static Result<RsaPublicKey> make(ByteView modulus, ByteView exponent);

    /// Encrypts a message of at most size - 66 bytes; the seed must be fresh and random.
    Result<Bytes> seal(ByteView message, const OaepSeed& seed) const;

private:
    RsaPublicKey(std::shared_ptr<evp_pkey_st> key, std::size_t size)
        : key_(std::move(key))
        , size_(size) {}

    std::shared_ptr<evp_pkey_st> key_;
    std::size_t size_; ///< Of the modulus, in bytes.
};

class RsaPrivateKey {
public:
    /// `invalid` when the numbers do not belong together.
    static Result<RsaPrivateKey> make(const RsaNumbers& numbers);

    /// `corrupt` when the body was not sealed for this key.
    Result<Secret> open(ByteView body) const;

private:
    explicit RsaPrivateKey(std::shared_ptr<evp_pkey_st> key)
        : key_(std::move(key)) {}

    std::shared_ptr<evp_pkey_st> key_;
};

} // namespace ducksnest::age
