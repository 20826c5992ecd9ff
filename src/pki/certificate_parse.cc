#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/oids.h"
#include "pki/x509_time.h"

#include <algorithm>

namespace ducksnest::pki {

namespace {

using der::Tag;

std::unexpected<Error> unsupported(std::string_view what) {
    return fail(ErrorCode::unsupported, "the certificate has " + std::string(what));
}

bool is(ByteView found, ByteView wanted) {
    return std::ranges::equal(found, wanted);
}

std::string to_text(ByteView bytes) {
    return std::string(as_text(bytes));
}

Result<void> read_algorithm(der::Reader& in) {
    der::Reader algorithm = TRY(in.enter(Tag::sequence, "the signature algorithm"));
    if (!is(TRY(algorithm.expect(Tag::oid, "the signature algorithm")), oids::ecdsa_sha256)) {
        return unsupported("a signature other than ECDSA with SHA-256");
    }
    return algorithm.finish("the signature algorithm");
}

Result<DistinguishedName> read_name(der::Reader& in) {
    DistinguishedName name;
    der::Reader parts = TRY(in.enter(Tag::sequence, "a name"));
    while (!parts.at_end()) {
        der::Reader set = TRY(parts.enter(Tag::set, "a name"));
        der::Reader attribute = TRY(set.enter(Tag::sequence, "a name"));
        const ByteView type = TRY(attribute.expect(Tag::oid, "a name"));
        std::string text = to_text(TRY(attribute.expect(Tag::utf8_string, "a name")));
        TRY(attribute.finish("a name"));
        TRY(set.finish("a name"));
        if (is(type, oids::organization) && name.common_name.empty()) {
            name.organizations.push_back(std::move(text));
        } else if (is(type, oids::common_name) && name.common_name.empty() && !text.empty()) {
            name.common_name = std::move(text);
        } else {
            return unsupported("a name with other parts than organizations and one common name");
        }
    }
    if (name.common_name.empty()) {
        return unsupported("a name without common name");
    }
    return name;
}

Result<P256Point> read_public_key(der::Reader& in) {
    der::Reader info = TRY(in.enter(Tag::sequence, "the public key"));
    der::Reader algorithm = TRY(info.enter(Tag::sequence, "the public key"));
    const ByteView type = TRY(algorithm.expect(Tag::oid, "the kind of key"));
    if (!is(type, oids::ec_public_key) ||
        !is(TRY(algorithm.expect(Tag::oid, "the curve")), oids::p256)) {
        return unsupported("a key that is not on P-256");
    }
    TRY(algorithm.finish("the kind of key"));
    const ByteView bits = TRY(info.expect(Tag::bit_string, "the public key"));
    P256Point point{};
    if (bits.size() != point.size() + 1 || bits[0] != 0 || bits[1] != 0x04) {
        return unsupported("a key that is no uncompressed point");
    }
    TRY(info.finish("the public key"));
    std::copy(bits.begin() + 1, bits.end(), point.begin());
    return point;
}

Result<KeyId> read_key_id(ByteView bytes) {
    KeyId id{};
    if (bytes.size() != id.size()) {
        return unsupported("a key identifier of another length");
    }
    std::ranges::copy(bytes, id.begin());
    return id;
}

/// What the extensions say; `seen` guards against repetition.
struct Extensions {
    bool is_authority = false;
    std::optional<ByteView> key_usage{};
    std::optional<Usage> usage{};
    std::optional<KeyId> subject_key{};
    std::optional<KeyId> issuer_key{};
    bool has_constraints = false;
    std::vector<std::string> dns_names{};
    std::vector<net::Address> addresses{};
};

Result<void> read_constraints(der::Reader& in, Extensions& found) {
    der::Reader constraints = TRY(in.enter(Tag::sequence, "the basic constraints"));
    found.has_constraints = true;
    if (!constraints.at_end()) {
        found.is_authority = TRY(constraints.boolean("the basic constraints"));
        if (!found.is_authority || TRY(constraints.integer("the path length")) != 0) {
            return unsupported("basic constraints other than a path length of 0");
        }
    }
    return constraints.finish("the basic constraints");
}

Result<void> read_usage(der::Reader& in, Extensions& found) {
    der::Reader usages = TRY(in.enter(Tag::sequence, "the extended key usage"));
    bool is_server = false;
    bool is_client = false;
    while (!usages.at_end()) {
        const ByteView usage = TRY(usages.expect(Tag::oid, "the extended key usage"));
        bool& flag = is(usage, oids::server_auth) ? is_server : is_client;
        if (flag || (!is(usage, oids::server_auth) && !is(usage, oids::client_auth))) {
            return unsupported("an extended key usage other than server and client");
        }
        flag = true;
    }
    if (!is_server && !is_client) {
        return unsupported("an empty extended key usage");
    }
    found.usage = is_server && is_client ? Usage::client_and_server
                  : is_server            ? Usage::server
                                         : Usage::client;
    return {};
}

Result<void> read_alternative_names(der::Reader& in, Extensions& found) {
    der::Reader names = TRY(in.enter(Tag::sequence, "the alternative names"));
    while (!names.at_end()) {
        const der::Element name = TRY(names.next());
        if (name.tag == der::context(2)) {
            found.dns_names.push_back(to_text(name.content));
        } else if (name.tag == der::context(7) &&
                   (name.content.size() == 4 || name.content.size() == 16)) {
            net::Address address;
            address.family = name.content.size() == 4 ? net::Family::v4 : net::Family::v6;
            std::ranges::copy(name.content, address.bytes.begin());
            found.addresses.push_back(address);
        } else {
            return unsupported("an alternative name that is neither DNS name nor address");
        }
    }
    return {};
}

Result<void> read_extension(der::Reader& in, Extensions& found) {
    der::Reader extension = TRY(in.enter(Tag::sequence, "an extension"));
    const ByteView type = TRY(extension.expect(Tag::oid, "an extension"));
    const bool is_critical = TRY(extension.next_if(Tag::boolean)).has_value();
    der::Reader content = TRY(extension.enter(Tag::octet_string, "an extension"));
    TRY(extension.finish("an extension"));
    if (is_critical != (is(type, oids::key_usage) || is(type, oids::basic_constraints))) {
        return unsupported("an extension that is critical and should not be, or the other way");
    }
    if (is(type, oids::key_usage) && !found.key_usage.has_value()) {
        found.key_usage = TRY(content.expect(Tag::bit_string, "the key usage"));
    } else if (is(type, oids::basic_constraints) && !found.has_constraints) {
        TRY(read_constraints(content, found));
    } else if (is(type, oids::extended_key_usage) && !found.usage.has_value()) {
        TRY(read_usage(content, found));
    } else if (is(type, oids::subject_key_id) && !found.subject_key.has_value()) {
        found.subject_key =
            TRY(read_key_id(TRY(content.expect(Tag::octet_string, "the key identifier"))));
    } else if (is(type, oids::authority_key_id) && !found.issuer_key.has_value()) {
        der::Reader id = TRY(content.enter(Tag::sequence, "the key identifier"));
        found.issuer_key = TRY(read_key_id(TRY(id.expect(der::context(0), "the key identifier"))));
        TRY(id.finish("the key identifier"));
    } else if (is(type, oids::subject_alternative_name) && found.dns_names.empty() &&
               found.addresses.empty()) {
        TRY(read_alternative_names(content, found));
    } else {
        return unsupported("an extension that is unknown or stands twice");
    }
    return content.finish("an extension");
}

Result<Extensions> read_extensions(der::Reader& in) {
    Extensions found;
    der::Reader wrapper = TRY(in.enter(der::context_constructed(3), "the extensions"));
    der::Reader list = TRY(wrapper.enter(Tag::sequence, "the extensions"));
    TRY(wrapper.finish("the extensions"));
    while (!list.at_end()) {
        TRY(read_extension(list, found));
    }
    return found;
}

/// Whether the key usage is the one this kind of certificate has: see `issue`.
bool has_right_usage(const Extensions& found) {
    const std::array<std::uint8_t, 2> wanted = found.is_authority
                                                   ? std::array<std::uint8_t, 2>{1, 0x06}
                                                   : std::array<std::uint8_t, 2>{7, 0x80};
    return found.key_usage.has_value() && is(*found.key_usage, wanted) &&
           found.is_authority != found.usage.has_value();
}

Result<CertificateFields> read_fields(der::Reader& in) {
    CertificateFields fields;
    der::Reader version = TRY(in.enter(der::context_constructed(0), "the version"));
    if (TRY(version.integer("the version")) != 2) {
        return unsupported("a version other than 3");
    }
    fields.serial = TRY(in.integer("the serial number"));
    TRY(read_algorithm(in));
    fields.issuer = TRY(read_name(in));
    der::Reader validity = TRY(in.enter(Tag::sequence, "the validity"));
    fields.not_before = TRY(read_time(validity));
    fields.not_after = TRY(read_time(validity));
    TRY(validity.finish("the validity"));
    fields.subject = TRY(read_name(in));
    fields.public_key = TRY(read_public_key(in));
    Extensions extensions = TRY(read_extensions(in));
    TRY(in.finish("the certificate"));
    if (!has_right_usage(extensions) || !extensions.has_constraints ||
        !extensions.issuer_key.has_value()) {
        return unsupported("other usages than an authority or a leaf of ours");
    }
    if (extensions.subject_key != key_id(fields.public_key)) {
        return unsupported("a key identifier that belongs to another key");
    }
    fields.issuer_key = *extensions.issuer_key;
    fields.is_authority = extensions.is_authority;
    fields.usage = extensions.usage;
    fields.dns_names = std::move(extensions.dns_names);
    fields.addresses = std::move(extensions.addresses);
    return fields;
}

} // namespace

Result<Certificate> parse_certificate(ByteView der) {
    der::Reader whole(der);
    der::Reader outer = TRY(whole.enter(Tag::sequence, "the certificate"));
    TRY(whole.finish("the certificate"));
    der::Reader to_be_signed = TRY(outer.enter(Tag::sequence, "the certificate"));
    Certificate certificate;
    certificate.fields = TRY(read_fields(to_be_signed));
    TRY(read_algorithm(outer));
    TRY(outer.expect(Tag::bit_string, "the signature"));
    TRY(outer.finish("the certificate"));
    certificate.der.assign(der.begin(), der.end());
    return certificate;
}

bool is_signed_by(const Certificate& certificate, const Certificate& authority) {
    der::Reader whole(certificate.der);
    Result<der::Reader> outer = whole.enter(Tag::sequence, "the certificate");
    if (!outer.has_value()) {
        return false;
    }
    const Result<der::Element> message = outer->next();
    const Result<der::Element> algorithm = outer->next();
    const Result<ByteView> bits = outer->expect(Tag::bit_string, "the signature");
    return message.has_value() && algorithm.has_value() && bits.has_value() && bits->size() > 1 &&
           verify_signature(authority.fields.public_key, message->whole, bits->subspan(1));
}

} // namespace ducksnest::pki
