#include "limit.h"

#include "base/assert.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <functional>

namespace ducksnest::bench {
namespace {

constexpr std::size_t chunk = 16;
using Scalar = std::array<std::uint8_t, 32>;

/// Does `one` so many times, in pieces that keep all threads busy until the end.
void repeat(std::size_t count, Parallel& parallel, const std::function<void(std::size_t)>& some) {
    parallel.for_each((count + chunk - 1) / chunk, [&](std::size_t piece) {
        some(std::min(chunk, count - piece * chunk));
    });
}

Scalar draw_scalar() {
    Scalar scalar{};
    randombytes_buf(scalar.data(), scalar.size());
    scalar[0] &= 0x7f;
    return scalar;
}

void make_key_pairs(std::size_t count) {
    static EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT* point = EC_POINT_new(group);
    std::array<std::uint8_t, 65> out{};
    for (std::size_t index = 0; index < count; ++index) {
        const Scalar scalar = draw_scalar();
        BIGNUM* number = BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr);
        ASSERT(EC_POINT_mul(group, point, number, nullptr, nullptr, nullptr) == 1);
        const auto form = POINT_CONVERSION_UNCOMPRESSED;
        ASSERT(EC_POINT_point2oct(group, point, form, out.data(), out.size(), nullptr) == 65);
        BN_clear_free(number);
    }
    EC_POINT_free(point);
}

void sign(std::size_t count) {
    static EVP_PKEY* key = EVP_EC_gen("P-256");
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
    ASSERT(EVP_PKEY_sign_init(context) == 1);
    const Scalar digest = draw_scalar();
    std::array<std::uint8_t, 80> out{};
    for (std::size_t index = 0; index < count; ++index) {
        std::size_t size = out.size();
        ASSERT(EVP_PKEY_sign(context, out.data(), &size, digest.data(), digest.size()) == 1);
    }
    EVP_PKEY_CTX_free(context);
}

/// Every second one with the base point, as for ephemeral keys, and the next one with the same
/// scalar, as for the secret shared with the recipient.
void multiply(std::size_t count) {
    Scalar scalar{};
    Scalar point{};
    Scalar product{};
    for (std::size_t index = 0; index < count; ++index) {
        if (index % 2 == 0) {
            scalar = draw_scalar();
            ASSERT(crypto_scalarmult_base(point.data(), scalar.data()) == 0);
        } else {
            ASSERT(crypto_scalarmult(product.data(), scalar.data(), point.data()) == 0);
        }
    }
}

} // namespace

Operations operations_of(const pki::TrustPlan& trust) {
    constexpr std::size_t authorities = 3;
    const std::size_t operators = trust.operators.size();
    Operations operations{
        .key_pairs = authorities + trust.certificates.size(),
        .signatures = authorities + trust.certificates.size(),
        .x25519 = trust.host_keys.size() + operators + 2 * authorities * operators,
    };
    for (const pki::CertificateSpec& spec : trust.certificates) {
        operations.x25519 += 2 * (spec.owners.size() + operators);
    }
    for (const pki::SecretSpec& spec : trust.secrets) {
        operations.key_pairs += spec.kind == pki::SecretKind::signing_key ? 1U : 0U;
        operations.x25519 += 2 * (spec.owners.size() + operators);
    }
    return operations;
}

void run_bare(const Operations& operations, Parallel& parallel) {
    repeat(operations.key_pairs, parallel, make_key_pairs);
    repeat(operations.signatures, parallel, sign);
    repeat(operations.x25519, parallel, multiply);
}

} // namespace ducksnest::bench
