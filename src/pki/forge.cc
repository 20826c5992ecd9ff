#include "pki/forge.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "pki/pem.h"
#include "pki/store.h"

#include <algorithm>
#include <array>

namespace ducksnest::pki {

namespace {

/// How far back validity begins: a node's clock may be behind until it has found the time.
constexpr std::chrono::minutes backdating{5};
constexpr std::size_t encryption_key_size = 32;

Instant start_of_validity(Instant now) {
    return std::chrono::floor<std::chrono::seconds>(now) - backdating;
}

/// The tags in an age header must be those of the keys we meant (X25519 stanzas have none).
Result<void> check_stanzas(ByteView file, const std::vector<age::Recipient>& recipients) {
    const std::vector<age::Stanza> stanzas = TRY(age::read_stanzas(file));
    bool is_right = stanzas.size() == recipients.size();
    for (std::size_t index = 0; is_right && index < stanzas.size(); ++index) {
        const std::string& tag = recipients[index].tag();
        is_right = stanzas[index].type == recipients[index].type() &&
                   (tag.empty() ||
                    (!stanzas[index].arguments.empty() && stanzas[index].arguments.front() == tag));
    }
    if (!is_right) {
        return fail(ErrorCode::internal, "a key was encrypted to others than was asked");
    }
    return {};
}

} // namespace

Result<SealedFile> seal(
    ByteView plaintext,
    const std::vector<std::string>& owners,
    const Readers& readers,
    Random& random
) {
    const std::vector<age::Recipient> recipients = readers.recipients(owners);
    SealedFile sealed;
    sealed.file = TRY(age::encrypt(plaintext, recipients, random));
    TRY(check_stanzas(sealed.file, recipients));
    sealed.entry = {.digest = digest_of(sealed.file), .recipients = readers.ids(owners)};
    return sealed;
}

AuthorityKey NewAuthority::entry() const {
    return {
        .generation = issuer.generation,
        .fingerprint = issuer.certificate.fingerprint(),
        .not_after = issuer.certificate.fields.not_after,
        .key = key.entry,
    };
}

Result<NewAuthority>
make_authority(const Order& order, Authority authority, std::int64_t generation, Random& random) {
    const PrivateKey key = PrivateKey::generate(random);
    const DistinguishedName name{
        .common_name = order.plan.homelab + " " + std::string(to_string(authority)) +
                       " authority " + std::to_string(generation)
    };
    const Instant start = start_of_validity(order.now);
    const CertificateFields fields{
        .serial = draw_serial(random),
        .issuer = name,
        .subject = name,
        .not_before = start,
        .not_after = start + backdating + std::chrono::days(order.plan.authority_days),
        .public_key = key.public_point(),
        .issuer_key = key_id(key.public_point()),
        .is_authority = true,
    };
    Signer signer(key);
    Certificate certificate = TRY(issue(fields, signer));
    return NewAuthority{
        .issuer =
            {.certificate = std::move(certificate),
             .signer = std::move(signer),
             .generation = generation},
        .key = TRY(seal(key.to_pem().view(), {}, order.readers, random)),
    };
}

Instant leaf_end(const TrustPlan& plan, Instant now, Instant authority_end) {
    const Instant end =
        std::chrono::floor<std::chrono::seconds>(now) + std::chrono::days(plan.leaf_days);
    return std::min(end, authority_end);
}

Result<NewCertificate> make_certificate(
    const Order& order, const CertificateSpec& spec, const Issuer& issuer, Random& random
) {
    const PrivateKey key = PrivateKey::generate(random);
    const CertificateFields& authority = issuer.certificate.fields;
    const CertificateFields fields{
        .serial = draw_serial(random),
        .issuer = authority.subject,
        .subject = {.common_name = spec.common_name, .organizations = spec.organizations},
        .not_before = std::max(start_of_validity(order.now), authority.not_before),
        .not_after = leaf_end(order.plan, order.now, authority.not_after),
        .public_key = key.public_point(),
        .issuer_key = key_id(authority.public_key),
        .usage = spec.usage,
        .dns_names = spec.dns_names,
        .addresses = spec.addresses,
    };
    NewCertificate made;
    const Certificate certificate = TRY(issue(fields, issuer.signer));
    made.pem = certificate.to_pem();
    made.key = TRY(seal(key.to_pem().view(), spec.owners, order.readers, random));
    made.entry = {
        .name = spec.name,
        .authority = spec.authority,
        .generation = issuer.generation,
        .fingerprint = certificate.fingerprint(),
        .spec_digest = spec_digest(order.plan, spec),
        .names = names_of(spec),
        .not_after = fields.not_after,
        .key = made.key.entry,
        .owners = spec.owners,
        .user = spec.user,
        .units = spec.units,
    };
    return made;
}

Result<NewSecret> make_secret(const Order& order, const SecretSpec& spec, Random& random) {
    NewSecret made;
    if (spec.kind == SecretKind::signing_key) {
        const PrivateKey key = PrivateKey::generate(random);
        made.public_half = pem::encode("PUBLIC KEY", encode_public_key(key.public_point()));
        made.key = TRY(seal(key.to_pem().view(), spec.owners, order.readers, random));
    } else {
        Secret key(encryption_key_size);
        random.fill(key.span());
        made.key = TRY(seal(key.view(), spec.owners, order.readers, random));
    }
    made.entry = {
        .name = spec.name,
        .kind = spec.kind,
        .public_digest = made.public_half.empty() ? std::string() : digest_of(made.public_half),
        .key = made.key.entry,
        .owners = spec.owners,
        .user = spec.user,
        .units = spec.units,
    };
    return made;
}

std::string spec_digest(const TrustPlan& plan, const CertificateSpec& spec) {
    const Json json = Json::object({
        {"authority", to_string(spec.authority)},
        {"common_name", spec.common_name},
        {"days", plan.leaf_days},
        {"names", Json::strings(names_of(spec))},
        {"organizations", Json::strings(spec.organizations)},
        {"usage", to_string(spec.usage)},
    });
    return digest_of(as_bytes(json.dump()));
}

std::vector<std::string> names_of(const CertificateSpec& spec) {
    std::vector<std::string> names = spec.dns_names;
    for (const net::Address& address : spec.addresses) {
        names.push_back(net::to_string(address));
    }
    return names;
}

} // namespace ducksnest::pki
