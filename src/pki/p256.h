#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"

#include <array>
#include <memory>

/// ECDSA keys on NIST P-256.
namespace ducksnest::pki {

/// Uncompressed point (SEC 1 section 2.3.3): 0x04, x, y.
using P256Point = std::array<std::uint8_t, 65>;

/// A private key: a number below the group's order. Wiped when it goes.
class PrivateKey {
public:
    /// By rejection sampling (FIPS 186-5 appendix A.2.2), 32 bytes of `random` per try, so that a
    /// seeded generator gives the same key again.
    static PrivateKey generate(Random& random);
    /// PKCS #8 in PEM ("PRIVATE KEY"), as `to_pem` writes it; `corrupt` otherwise, also when the
    /// public half inside does not belong to the private one.
    static Result<PrivateKey> parse_pem(ByteView text);

    /// PKCS #8 (RFC 5958) around an ECPrivateKey (RFC 5915) with its public half: the one form that
    /// kube-apiserver, etcd, Go's crypto/tls and openssl(1) all read without a hint at its type.
    Secret to_pem() const;
    const P256Point& public_point() const { return point_; }
    ByteView scalar() const { return scalar_.view(); }

private:
    PrivateKey(Secret scalar, const P256Point& point)
        : scalar_(std::move(scalar))
        , point_(point) {}

    Secret scalar_{};
    P256Point point_{};
};

/// Signs with one key, from any number of threads.
class Signer {
public:
    explicit Signer(const PrivateKey& key);
    ~Signer();
    Signer(Signer&&) noexcept;
    Signer& operator=(Signer&&) noexcept;

    /// ECDSA with SHA-256 as a DER Ecdsa-Sig-Value. The nonce is OpenSSL's own and never comes from
    /// the Random door: a repeated nonce would give the key away. So two signatures of the same
    /// bytes differ, also in the twin.
    Bytes sign(ByteView message) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Whether this key signed the message.
bool verify_signature(const P256Point& key, ByteView message, ByteView signature);

/// SubjectPublicKeyInfo (RFC 5480) in DER.
Bytes encode_public_key(const P256Point& point);

} // namespace ducksnest::pki
