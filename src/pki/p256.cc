#include "pki/p256.h"

#include "base/assert.h"
#include "base/digest.h"
#include "pki/der.h"
#include "pki/oids.h"
#include "pki/openssl_types.h"
#include "pki/pem.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <algorithm>

namespace ducksnest::pki {

namespace {

using der::Tag;

constexpr std::size_t scalar_size = 32;
constexpr std::string_view pem_label = "PRIVATE KEY";

const EC_GROUP* group() {
    static const openssl::Group p256(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    ASSERT(p256 != nullptr);
    return p256.get();
}

P256Point encode_point(const EC_POINT* point) {
    P256Point out{};
    const std::size_t size = EC_POINT_point2oct(
        group(), point, POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(), nullptr
    );
    ASSERT(size == out.size());
    return out;
}

/// The scalar times the generator.
P256Point multiply_generator(const BIGNUM* scalar) {
    const openssl::Point point(EC_POINT_new(group()));
    ASSERT(point != nullptr);
    ASSERT(EC_POINT_mul(group(), point.get(), scalar, nullptr, nullptr, nullptr) == 1);
    return encode_point(point.get());
}

openssl::BigNumber to_number(ByteView bytes) {
    openssl::BigNumber number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    ASSERT(number != nullptr);
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    return number;
}

/// In [1, n - 1].
bool is_in_range(const BIGNUM* scalar) {
    return !BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group())) < 0;
}

openssl::Key import_key(const P256Point& point, const BIGNUM* scalar) {
    const openssl::ParameterBuilder builder(OSSL_PARAM_BLD_new());
    ASSERT(
        builder != nullptr &&
        OSSL_PARAM_BLD_push_utf8_string(
            builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0
        ) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(
            builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()
        ) == 1
    );
    if (scalar != nullptr) {
        ASSERT(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1);
    }
    const openssl::Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const openssl::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    const int selection = scalar == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
    EVP_PKEY* key = nullptr;
    ASSERT(parameters != nullptr && context != nullptr);
    ASSERT(EVP_PKEY_fromdata_init(context.get()) == 1);
    // A public point from a foreign certificate need not lie on the curve.
    if (EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
        return nullptr;
    }
    return openssl::Key(key);
}

} // namespace

PrivateKey PrivateKey::generate(Random& random) {
    for (;;) {
        Secret scalar(scalar_size);
        random.fill(scalar.span());
        const openssl::BigNumber number = to_number(scalar.view());
        if (is_in_range(number.get())) {
            return {std::move(scalar), multiply_generator(number.get())};
        }
    }
}

Secret PrivateKey::to_pem() const {
    der::Writer writer(192);
    writer.sequence([&] {
        writer.integer(0);
        writer.sequence([&] {
            writer.value(Tag::oid, oids::ec_public_key);
            writer.value(Tag::oid, oids::p256);
        });
        writer.constructed(Tag::octet_string, [&] {
            writer.sequence([&] {
                writer.integer(1);
                writer.value(Tag::octet_string, scalar_.view());
                writer.constructed(der::context_constructed(1), [&] { writer.bit_string(point_); });
            });
        });
    });
    const Secret der(writer.take());
    return pem::encode_secret(pem_label, der.view());
}

Result<PrivateKey> PrivateKey::parse_pem(ByteView text) {
    const auto corrupt = [](std::string_view why) {
        return fail(ErrorCode::corrupt, "not a P-256 private key: " + std::string(why));
    };
    const Secret der = TRY(pem::decode(pem_label, text));
    der::Reader outer(der.view());
    der::Reader info = TRY(outer.enter(Tag::sequence, "the private key"));
    TRY(outer.finish("the private key"));
    if (TRY(info.integer("the version")) != 0) {
        return corrupt("its version is unknown");
    }
    der::Reader algorithm = TRY(info.enter(Tag::sequence, "the algorithm"));
    const ByteView type = TRY(algorithm.expect(Tag::oid, "the algorithm"));
    const ByteView curve = TRY(algorithm.expect(Tag::oid, "the curve"));
    if (!std::ranges::equal(type, oids::ec_public_key) || !std::ranges::equal(curve, oids::p256)) {
        return corrupt("it is of another kind");
    }
    der::Reader wrapped = TRY(info.enter(Tag::octet_string, "the key"));
    der::Reader key = TRY(wrapped.enter(Tag::sequence, "the key"));
    if (TRY(key.integer("the version")) != 1) {
        return corrupt("its version is unknown");
    }
    const ByteView scalar = TRY(key.expect(Tag::octet_string, "the scalar"));
    const openssl::BigNumber number = to_number(scalar);
    if (scalar.size() != scalar_size || !is_in_range(number.get())) {
        return corrupt("its number is out of range");
    }
    const P256Point point = multiply_generator(number.get());
    der::Reader half = TRY(key.enter(der::context_constructed(1), "the public half"));
    const ByteView bits = TRY(half.expect(Tag::bit_string, "the public half"));
    if (bits.size() != point.size() + 1 || !std::ranges::equal(bits.subspan(1), point)) {
        return corrupt("its public half belongs to another key");
    }
    return PrivateKey(Secret(scalar), point);
}

struct Signer::State {
    openssl::Key key{};
};

Signer::Signer(const PrivateKey& key)
    : state_(std::make_unique<State>()) {
    const openssl::BigNumber number = to_number(key.scalar());
    state_->key = import_key(key.public_point(), number.get());
    ASSERT(state_->key != nullptr);
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

Bytes Signer::sign(ByteView message) const {
    const Sha256 digest = sha256(message);
    const openssl::KeyContext context(EVP_PKEY_CTX_new(state_->key.get(), nullptr));
    ASSERT(context != nullptr && EVP_PKEY_sign_init(context.get()) == 1);
    Bytes signature(80);
    std::size_t size = signature.size();
    ASSERT(
        EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1
    );
    signature.resize(size);
    return signature;
}

bool verify_signature(const P256Point& key, ByteView message, ByteView signature) {
    const openssl::Key imported = import_key(key, nullptr);
    if (imported == nullptr) {
        return false;
    }
    const Sha256 digest = sha256(message);
    const openssl::KeyContext context(EVP_PKEY_CTX_new(imported.get(), nullptr));
    ASSERT(context != nullptr && EVP_PKEY_verify_init(context.get()) == 1);
    return EVP_PKEY_verify(
               context.get(), signature.data(), signature.size(), digest.data(), digest.size()
           ) == 1;
}

Bytes encode_public_key(const P256Point& point) {
    der::Writer writer(96);
    writer.sequence([&] {
        writer.sequence([&] {
            writer.value(Tag::oid, oids::ec_public_key);
            writer.value(Tag::oid, oids::p256);
        });
        writer.bit_string(point);
    });
    return writer.take();
}

} // namespace ducksnest::pki
