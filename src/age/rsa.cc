#include "age/rsa.h"

#include "base/assert.h"
#include "base/digest.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <string_view>

namespace ducksnest::age {
namespace {

constexpr std::string_view oaep_label = "age-encryption.org/v1/ssh-rsa";
constexpr int modulus_bits_min = 2048;  // What age itself accepts.
constexpr int modulus_bits_max = 16384; // What OpenSSH and OpenSSL accept.
constexpr int exponent_bits_max = 31;   // What age itself accepts.

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* pointer) const { release(pointer); }
};
using Number = std::unique_ptr<BIGNUM, Release<BIGNUM, BN_clear_free>>;
using NumberContext = std::unique_ptr<BN_CTX, Release<BN_CTX, BN_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM, OSSL_PARAM_free>>;

Number read_number(ByteView bytes) {
    Number number(BN_secure_new());
    ASSERT(number != nullptr);
    ASSERT(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number.get()) != nullptr);
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    return number;
}

struct Parameter {
    const char* name;
    const BIGNUM* value;
};

std::shared_ptr<EVP_PKEY> build_key(std::span<const Parameter> parameters, int selection) {
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    for (const auto& [name, value] : parameters) {
        ASSERT(OSSL_PARAM_BLD_push_BN(builder.get(), name, value) == 1);
    }
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) {
        ERR_clear_error();
        return nullptr;
    }
    return {key, EVP_PKEY_free};
}

/// MGF1 with SHA-256 (RFC 8017 appendix B.2.1), added onto the target.
void mask(std::span<std::uint8_t> target, ByteView seed) {
    Bytes block(seed.begin(), seed.end());
    block.resize(seed.size() + 4);
    for (std::size_t start = 0; start < target.size(); start += sizeof(Sha256)) {
        // Fewer than 256 blocks cover the largest modulus: only the lowest counter bytes move.
        const std::size_t counter = start / sizeof(Sha256);
        block[seed.size() + 2] = static_cast<std::uint8_t>(counter >> 8U);
        block[seed.size() + 3] = static_cast<std::uint8_t>(counter & 255U);
        const Sha256 digest = sha256(block);
        for (std::size_t i = 0; i < digest.size() && start + i < target.size(); ++i) {
            target[start + i] ^= digest[i];
        }
    }
    wipe(block.data(), block.size());
}

/// EME-OAEP (RFC 8017 section 7.1.1 step 2): 0, masked seed, masked (label hash, zeros, 1,
/// message).
Secret encode_oaep(ByteView message, const OaepSeed& seed, std::size_t size) {
    ASSERT(message.size() + 2 * sizeof(Sha256) + 2 <= size);
    Secret encoded(size);
    const auto seed_part = encoded.span().subspan(1, seed.size());
    const auto data_part = encoded.span().subspan(1 + seed.size());
    std::ranges::copy(seed, seed_part.begin());
    std::ranges::copy(sha256(as_bytes(oaep_label)), data_part.begin());
    data_part[data_part.size() - message.size() - 1] = 1;
    std::ranges::copy(message, data_part.last(message.size()).begin());
    mask(data_part, seed_part);
    mask(seed_part, data_part);
    return encoded;
}

Result<void> check_size(const BIGNUM* modulus, const BIGNUM* exponent) {
    const int bits = BN_num_bits(modulus);
    if (bits < modulus_bits_min || bits > modulus_bits_max) {
        return fail(
            ErrorCode::unsupported,
            "the RSA key has " + std::to_string(bits) + " bits, outside the range 2,048 to 16,384",
            "make a new key with `ssh-keygen -t ed25519`"
        );
    }
    if (BN_is_odd(modulus) == 0 || BN_is_odd(exponent) == 0 || BN_is_one(exponent) != 0 ||
        BN_num_bits(exponent) > exponent_bits_max) {
        return fail(ErrorCode::invalid, "the RSA key has an unusable modulus or exponent");
    }
    return {};
}

/// Whether `a * b` leaves the remainder 1 when divided by `modulus`.
bool are_inverse(const BIGNUM* a, const BIGNUM* b, const BIGNUM* modulus, BN_CTX* context) {
    const Number product(BN_secure_new());
    return BN_mod_mul(product.get(), a, b, modulus, context) == 1 && BN_is_one(product.get()) == 1;
}

} // namespace

Result<RsaPublicKey> RsaPublicKey::make(ByteView modulus, ByteView exponent) {
    if (modulus.size() > modulus_bits_max / 8 || exponent.size() > modulus_bits_max / 8) {
        return fail(ErrorCode::unsupported, "the RSA key has more than 16,384 bits");
    }
    const Number n = read_number(modulus);
    const Number e = read_number(exponent);
    TRY(check_size(n.get(), e.get()));
    const Parameter parameters[] = {
        {OSSL_PKEY_PARAM_RSA_N, n.get()}, {OSSL_PKEY_PARAM_RSA_E, e.get()}
    };
    std::shared_ptr<EVP_PKEY> key = build_key(parameters, EVP_PKEY_PUBLIC_KEY);
    if (key == nullptr) {
        return fail(ErrorCode::invalid, "the RSA key is unusable");
    }
    return RsaPublicKey(std::move(key), static_cast<std::size_t>(BN_num_bytes(n.get())));
}

Result<Bytes> RsaPublicKey::seal(ByteView message, const OaepSeed& seed) const {
    // OpenSSL would draw the seed from its own generator; the caller's must decide every byte.
    const Secret encoded = encode_oaep(message, seed, size_);
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    Bytes body(size_);
    std::size_t written = body.size();
    if (context == nullptr || EVP_PKEY_encrypt_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
        EVP_PKEY_encrypt(
            context.get(), body.data(), &written, encoded.view().data(), encoded.size()
        ) != 1) {
        ERR_clear_error();
        return fail(ErrorCode::invalid, "the RSA key cannot encrypt");
    }
    ASSERT(written == body.size());
    return body;
}

Result<RsaPrivateKey> RsaPrivateKey::make(const RsaNumbers& numbers) {
    for (const ByteView number :
         {numbers.modulus,
          numbers.public_exponent,
          numbers.private_exponent,
          numbers.prime_one,
          numbers.prime_two,
          numbers.coefficient}) {
        if (number.size() > modulus_bits_max / 8) {
            return fail(ErrorCode::unsupported, "the RSA key has more than 16,384 bits");
        }
    }
    const Number n = read_number(numbers.modulus);
    const Number e = read_number(numbers.public_exponent);
    const Number d = read_number(numbers.private_exponent);
    const Number p = read_number(numbers.prime_one);
    const Number q = read_number(numbers.prime_two);
    const Number inverse = read_number(numbers.coefficient);
    TRY(check_size(n.get(), e.get()));
    const Number p_less = read_number(numbers.prime_one);
    const Number q_less = read_number(numbers.prime_two);
    const Number product(BN_secure_new());
    const Number d_p(BN_secure_new());
    const Number d_q(BN_secure_new());
    const NumberContext context(BN_CTX_secure_new());
    const bool belongs_together =
        BN_is_odd(p.get()) == 1 && BN_is_odd(q.get()) == 1 && BN_sub_word(p_less.get(), 1) == 1 &&
        BN_sub_word(q_less.get(), 1) == 1 && BN_is_zero(p_less.get()) == 0 &&
        BN_is_zero(q_less.get()) == 0 &&
        BN_mul(product.get(), p.get(), q.get(), context.get()) == 1 &&
        BN_cmp(product.get(), n.get()) == 0 && BN_cmp(inverse.get(), p.get()) < 0 &&
        are_inverse(e.get(), d.get(), p_less.get(), context.get()) &&
        are_inverse(e.get(), d.get(), q_less.get(), context.get()) &&
        are_inverse(inverse.get(), q.get(), p.get(), context.get()) &&
        BN_mod(d_p.get(), d.get(), p_less.get(), context.get()) == 1 &&
        BN_mod(d_q.get(), d.get(), q_less.get(), context.get()) == 1;
    const Parameter parameters[] = {
        {OSSL_PKEY_PARAM_RSA_N, n.get()},
        {OSSL_PKEY_PARAM_RSA_E, e.get()},
        {OSSL_PKEY_PARAM_RSA_D, d.get()},
        {OSSL_PKEY_PARAM_RSA_FACTOR1, p.get()},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, q.get()},
        {OSSL_PKEY_PARAM_RSA_EXPONENT1, d_p.get()},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, d_q.get()},
        {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, inverse.get()},
    };
    std::shared_ptr<EVP_PKEY> key =
        belongs_together ? build_key(parameters, EVP_PKEY_KEYPAIR) : nullptr;
    if (key == nullptr) {
        ERR_clear_error();
        return fail(ErrorCode::invalid, "the numbers of the RSA key do not belong together");
    }
    return RsaPrivateKey(std::move(key));
}

Result<Secret> RsaPrivateKey::open(ByteView body) const {
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    // OpenSSL takes ownership of the label.
    void* label = OPENSSL_memdup(oaep_label.data(), oaep_label.size());
    if (context == nullptr || EVP_PKEY_decrypt_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1 ||
        EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) != 1 ||
        EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) != 1 ||
        EVP_PKEY_CTX_set0_rsa_oaep_label(
            context.get(), label, static_cast<int>(oaep_label.size())
        ) != 1) {
        OPENSSL_free(label);
        ERR_clear_error();
        return fail(ErrorCode::internal, "the RSA key cannot be prepared");
    }
    auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
    Secret message(size);
    if (body.size() != size ||
        EVP_PKEY_decrypt(context.get(), message.span().data(), &size, body.data(), body.size()) !=
            1) {
        ERR_clear_error();
        return fail(ErrorCode::corrupt, "the `ssh-rsa` recipient was altered");
    }
    return Secret(message.view().first(size));
}

} // namespace ducksnest::age
