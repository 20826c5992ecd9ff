#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "net/address.h"
#include "pki/p256.h"
#include "pki/spec.h"
#include "ports/random.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// X.509 certificates (RFC 5280) as far as a homelab uses them.
namespace ducksnest::pki {

/// RFC 7093 section 2 method 1: the first 160 bits of SHA-256 over the public point.
using KeyId = std::array<std::uint8_t, 20>;
KeyId key_id(const P256Point& point);

struct DistinguishedName {
    std::string common_name{};
    std::vector<std::string> organizations{};

    bool operator==(const DistinguishedName&) const = default;
};

/// Everything a certificate says. What is not here cannot be in one of ours.
struct CertificateFields {
    std::uint64_t serial = 0; ///< 63 bits, not zero.
    DistinguishedName issuer{};
    DistinguishedName subject{};
    Instant not_before{}; ///< Whole seconds, as both ends of the validity.
    Instant not_after{};  ///< Inclusive.
    P256Point public_key{};
    KeyId issuer_key{};
    bool is_authority = false;
    std::optional<Usage> usage{}; ///< Of a leaf; absent in an authority.
    std::vector<std::string> dns_names{};
    std::vector<net::Address> addresses{};

    bool operator==(const CertificateFields&) const = default;
};

/// An issued certificate.
struct Certificate {
    CertificateFields fields{};
    Bytes der{};

    std::string fingerprint() const; ///< SHA-256 of the DER in lower-case hexadecimal.
    Bytes to_pem() const;
};

/// Signs the fields, reads back what was signed, and fails with `internal` when the two differ in
/// anything: what was asked for is what there is.
///
/// A leaf's key usage is digitalSignature alone: keyEncipherment and keyAgreement are about RSA and
/// static Diffie-Hellman, which TLS 1.2 and 1.3 with ECDSA never do (RFC 8446 section 4.4.2.2 asks
/// for digitalSignature), and neither Go's crypto/tls nor OpenSSL wants more. An authority has
/// keyCertSign and cRLSign and signs no further authority (pathLen 0).
Result<Certificate> issue(const CertificateFields& fields, const Signer& issuer);

/// Reads a certificate strictly: a field or an extension that `issue` would not have written is
/// `unsupported`, a broken encoding `corrupt`. Does not check the signature.
Result<Certificate> parse_certificate(ByteView der);
/// The one certificate in a PEM file.
Result<Certificate> parse_certificate_pem(ByteView pem);
/// One certificate or more in a PEM file.
Result<std::vector<Certificate>> parse_bundle(ByteView pem);
/// Their PEM forms, one after another.
Bytes encode_bundle(const std::vector<Certificate>& certificates);

/// Whether the authority's key signed the certificate.
bool is_signed_by(const Certificate& certificate, const Certificate& authority);

/// A positive serial number of 63 random bits (RFC 5280 section 4.1.2.2).
std::uint64_t draw_serial(Random& random);

} // namespace ducksnest::pki
