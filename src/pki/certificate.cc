#include "pki/certificate.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "pki/der.h"
#include "pki/oids.h"
#include "pki/pem.h"
#include "pki/x509_time.h"

#include <algorithm>
#include <array>

namespace ducksnest::pki {

namespace {

using der::Tag;

constexpr std::string_view pem_label = "CERTIFICATE";
/// keyUsage bits as a DER BIT STRING (RFC 5280 section 4.2.1.3): unused bits, then the octet.
constexpr std::array<std::uint8_t, 2> digital_signature{7, 0x80};
constexpr std::array<std::uint8_t, 2> certificate_and_crl_sign{1, 0x06};

enum class Critical : std::uint8_t { no, yes };

void write_algorithm(der::Writer& out) {
    out.sequence([&] { out.value(Tag::oid, oids::ecdsa_sha256); });
}

void write_attribute(der::Writer& out, ByteView type, std::string_view text) {
    out.constructed(Tag::set, [&] {
        out.sequence([&] {
            out.value(Tag::oid, type);
            out.utf8(text);
        });
    });
}

void write_name(der::Writer& out, const DistinguishedName& name) {
    out.sequence([&] {
        for (const std::string& organization : name.organizations) {
            write_attribute(out, oids::organization, organization);
        }
        write_attribute(out, oids::common_name, name.common_name);
    });
}

void write_extension(
    der::Writer& out, ByteView type, Critical critical, std::invocable auto&& inside
) {
    out.sequence([&] {
        out.value(Tag::oid, type);
        if (critical == Critical::yes) {
            out.boolean(true);
        }
        out.constructed(Tag::octet_string, inside);
    });
}

void write_usage(der::Writer& out, Usage usage) {
    write_extension(out, oids::extended_key_usage, Critical::no, [&] {
        out.sequence([&] {
            if (usage != Usage::client) {
                out.value(Tag::oid, oids::server_auth);
            }
            if (usage != Usage::server) {
                out.value(Tag::oid, oids::client_auth);
            }
        });
    });
}

void write_alternative_names(der::Writer& out, const CertificateFields& fields) {
    write_extension(out, oids::subject_alternative_name, Critical::no, [&] {
        out.sequence([&] {
            for (const std::string& name : fields.dns_names) {
                out.value(der::context(2), as_bytes(name));
            }
            for (const net::Address& address : fields.addresses) {
                const std::size_t size = address.family == net::Family::v4 ? 4 : 16;
                out.value(der::context(7), ByteView(address.bytes).first(size));
            }
        });
    });
}

void write_extensions(der::Writer& out, const CertificateFields& fields) {
    const ByteView usage_bits = fields.is_authority ? certificate_and_crl_sign : digital_signature;
    write_extension(out, oids::key_usage, Critical::yes, [&] {
        out.value(Tag::bit_string, usage_bits);
    });
    if (fields.usage.has_value()) {
        write_usage(out, *fields.usage);
    }
    write_extension(out, oids::basic_constraints, Critical::yes, [&] {
        out.sequence([&] {
            // cA is FALSE by default, and DER leaves defaults out (X.690 section 11.5).
            if (fields.is_authority) {
                out.boolean(true);
                out.integer(0);
            }
        });
    });
    write_extension(out, oids::subject_key_id, Critical::no, [&] {
        out.value(Tag::octet_string, key_id(fields.public_key));
    });
    write_extension(out, oids::authority_key_id, Critical::no, [&] {
        out.sequence([&] { out.value(der::context(0), fields.issuer_key); });
    });
    if (!fields.dns_names.empty() || !fields.addresses.empty()) {
        write_alternative_names(out, fields);
    }
}

Bytes encode_to_be_signed(const CertificateFields& fields) {
    der::Writer out(768);
    out.sequence([&] {
        out.constructed(der::context_constructed(0), [&] { out.integer(2); });
        out.integer(fields.serial);
        write_algorithm(out);
        write_name(out, fields.issuer);
        out.sequence([&] {
            write_time(out, fields.not_before);
            write_time(out, fields.not_after);
        });
        write_name(out, fields.subject);
        out.raw(encode_public_key(fields.public_key));
        out.constructed(der::context_constructed(3), [&] {
            out.sequence([&] { write_extensions(out, fields); });
        });
    });
    return out.take();
}

} // namespace

KeyId key_id(const P256Point& point) {
    const Sha256 digest = sha256(point);
    KeyId id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

std::string Certificate::fingerprint() const {
    return encode_hex(sha256(der));
}

Bytes Certificate::to_pem() const {
    return pem::encode(pem_label, der);
}

Result<Certificate> issue(const CertificateFields& fields, const Signer& issuer) {
    const Bytes to_be_signed = encode_to_be_signed(fields);
    const Bytes signature = issuer.sign(to_be_signed);
    der::Writer out(to_be_signed.size() + 96);
    out.sequence([&] {
        out.raw(to_be_signed);
        write_algorithm(out);
        out.bit_string(signature);
    });
    Result<Certificate> read_back = parse_certificate(out.bytes());
    if (!read_back.has_value() || read_back->fields != fields) {
        return fail(
            ErrorCode::internal,
            "the certificate for `" + fields.subject.common_name + "` does not say what was asked",
            read_back.has_value() ? std::string() : describe(read_back.error())
        );
    }
    return read_back;
}

Result<Certificate> parse_certificate_pem(ByteView pem) {
    std::vector<Certificate> found = TRY(parse_bundle(pem));
    if (found.size() != 1) {
        return fail(ErrorCode::corrupt, "the file holds more than one certificate");
    }
    return std::move(found.front());
}

Result<std::vector<Certificate>> parse_bundle(ByteView pem) {
    std::vector<Certificate> certificates;
    for (const Bytes& der : TRY(pem::decode_all(pem_label, pem))) {
        certificates.push_back(TRY(parse_certificate(der)));
    }
    return certificates;
}

Bytes encode_bundle(const std::vector<Certificate>& certificates) {
    Bytes out;
    for (const Certificate& certificate : certificates) {
        append(out, certificate.to_pem());
    }
    return out;
}

std::uint64_t draw_serial(Random& random) {
    std::array<std::uint8_t, 8> octets{};
    std::uint64_t serial = 0;
    while (serial == 0) {
        random.fill(octets);
        for (const std::uint8_t octet : octets) {
            serial = serial << 8 | octet;
        }
        serial &= ~(std::uint64_t{1} << 63);
    }
    return serial;
}

} // namespace ducksnest::pki
