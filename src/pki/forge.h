#pragma once

#include "pki/certificate.h"
#include "pki/index.h"
#include "pki/readers.h"
#include "ports/random.h"

#include <string>
#include <vector>

/// Where keys are made. Each function returns finished files: no private key leaves it unsealed.
namespace ducksnest::pki {

/// A private key's age file and what the index says of it.
struct SealedFile {
    Bytes file{};
    SealedKey entry{};
};

/// Encrypts to these nodes and all operators, and checks that the file names exactly them.
Result<SealedFile> seal(
    ByteView plaintext,
    const std::vector<std::string>& owners,
    const Readers& readers,
    Random& random
);

/// An authority that can sign.
struct Issuer {
    Certificate certificate{};
    Signer signer;
    std::int64_t generation = 1;
};

struct NewAuthority {
    Issuer issuer;
    SealedFile key{};

    AuthorityKey entry() const;
};

/// What goes into everything that is made in one run.
struct Order {
    const TrustPlan& plan;
    const Readers& readers;
    Instant now{};
};

/// "ducksnest cluster authority 2", self-signed, its key sealed to the operators alone.
Result<NewAuthority>
make_authority(const Order& order, Authority authority, std::int64_t generation, Random& random);

struct NewCertificate {
    Bytes pem{}; ///< The certificate.
    SealedFile key{};
    CertificateEntry entry{};
};

/// A key pair and its certificate, valid from five minutes ago (clocks differ) for the plan's
/// leaf_days, but never longer than its authority.
Result<NewCertificate> make_certificate(
    const Order& order, const CertificateSpec& spec, const Issuer& issuer, Random& random
);

struct NewSecret {
    SealedFile key{};
    Bytes public_half{}; ///< PEM; empty when there is none.
    SecretEntry entry{};
};

Result<NewSecret> make_secret(const Order& order, const SecretSpec& spec, Random& random);

/// When a certificate made now would end.
Instant leaf_end(const TrustPlan& plan, Instant now, Instant authority_end);

/// SHA-256 over everything that a spec asks for inside the certificate, and its lifetime.
std::string spec_digest(const TrustPlan& plan, const CertificateSpec& spec);

/// Its DNS names, then its addresses as text.
std::vector<std::string> names_of(const CertificateSpec& spec);

} // namespace ducksnest::pki
