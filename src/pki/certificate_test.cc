#include "age/testing/seeded_random.h"
#include "pki/certificate.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::pki;

namespace {

struct Ground {
    age::SeededRandom random{11};
    PrivateKey authority_key = PrivateKey::generate(random);
    PrivateKey leaf_key = PrivateKey::generate(random);
    Signer signer{authority_key};

    CertificateFields authority() {
        return {
            .serial = draw_serial(random),
            .issuer = {.common_name = "nest cluster authority 1"},
            .subject = {.common_name = "nest cluster authority 1"},
            .not_before = parse_time("2026-11-21T09:30:00Z").value(),
            .not_after = parse_time("2049-12-31T23:59:59Z").value(),
            .public_key = authority_key.public_point(),
            .issuer_key = key_id(authority_key.public_point()),
            .is_authority = true,
        };
    }

    CertificateFields leaf() {
        CertificateFields fields = authority();
        fields.subject = {.common_name = "system:node:é", .organizations = {"system:nodes", "b"}};
        fields.not_after = parse_time("2050-01-01T00:00:00Z").value();
        fields.public_key = leaf_key.public_point();
        fields.is_authority = false;
        fields.usage = Usage::client_and_server;
        fields.dns_names = {"firebat", "localhost"};
        fields.addresses = {
            net::parse_address("192.168.0.11").value(), net::parse_address("fd00::11").value()
        };
        return fields;
    }
};

/// Swaps one run of bytes for another of the same length.
Bytes replace(Bytes bytes, const Bytes& from, const Bytes& to) {
    const auto found = std::ranges::search(bytes, from);
    REQUIRE(!found.empty());
    std::ranges::copy(to, found.begin());
    return bytes;
}

} // namespace

TEST_CASE("what was asked for is what is read back") {
    Ground ground;
    for (CertificateFields fields : {ground.authority(), ground.leaf()}) {
        const Certificate certificate = issue(fields, ground.signer).value();
        CHECK(certificate.fields == fields);
        const Certificate back = parse_certificate_pem(certificate.to_pem()).value();
        CHECK(back.fields == fields);
        CHECK(back.fingerprint() == certificate.fingerprint());
        CHECK(certificate.fingerprint().size() == 64);
        if (fields.usage.has_value()) {
            fields.usage = Usage::server;
            CHECK(issue(fields, ground.signer).value().fields.usage == Usage::server);
        }
    }
}

TEST_CASE("fields that a certificate cannot hold as asked are not issued") {
    Ground ground;
    CertificateFields fields = ground.leaf();
    fields.not_after += Duration(1);
    CHECK(
        issue(fields, ground.signer).error().message ==
        "the certificate for `system:node:é` does not say what was asked"
    );
    fields = ground.leaf();
    fields.usage.reset();
    CHECK(issue(fields, ground.signer).error().code == ErrorCode::internal);
    fields = ground.leaf();
    fields.serial = std::uint64_t{1} << 63;
    CHECK(issue(fields, ground.signer).has_value());
}

TEST_CASE("only the authority's own signature counts") {
    Ground ground;
    const Certificate authority = issue(ground.authority(), ground.signer).value();
    const Certificate leaf = issue(ground.leaf(), ground.signer).value();
    CHECK(is_signed_by(leaf, authority));
    CHECK(is_signed_by(authority, authority));
    CHECK(!is_signed_by(authority, leaf));
    const Certificate forged =
        parse_certificate(replace(leaf.der, to_bytes("firebat"), to_bytes("firebug"))).value();
    CHECK(forged.fields.dns_names.front() == "firebug");
    CHECK(!is_signed_by(forged, authority));
}

TEST_CASE("a certificate that says more than ours do is refused") {
    Ground ground;
    const Certificate leaf = issue(ground.leaf(), ground.signer).value();
    // keyUsage with keyCertSign, EKU codeSigning, another curve, a second kind of signature.
    CHECK(
        parse_certificate(replace(leaf.der, {0x03, 0x02, 0x07, 0x80}, {0x03, 0x02, 0x02, 0x84}))
            .error()
            .message == "the certificate has other usages than an authority or a leaf of ours"
    );
    CHECK(
        parse_certificate(replace(leaf.der, {0x05, 0x07, 0x03, 0x02}, {0x05, 0x07, 0x03, 0x03}))
            .error()
            .message == "the certificate has an extended key usage other than server and client"
    );
    CHECK(
        parse_certificate(replace(leaf.der, {0x03, 0x01, 0x07}, {0x03, 0x01, 0x06}))
            .error()
            .message == "the certificate has a key that is not on P-256"
    );
    CHECK(
        parse_certificate(replace(leaf.der, {0x3d, 0x04, 0x03, 0x02}, {0x3d, 0x04, 0x03, 0x03}))
            .error()
            .message == "the certificate has a signature other than ECDSA with SHA-256"
    );
    Bytes longer = leaf.der;
    longer.push_back(0);
    CHECK(
        parse_certificate(longer).error().message == "the certificate has something after its end"
    );
}

TEST_CASE("every cut and every flipped bit is survived") {
    Ground ground;
    const Certificate leaf = issue(ground.leaf(), ground.signer).value();
    for (std::size_t size = 0; size < leaf.der.size(); ++size) {
        CHECK(!parse_certificate(ByteView(leaf.der).first(size)).has_value());
    }
    for (std::size_t bit = 0; bit < leaf.der.size() * 8; ++bit) {
        Bytes changed = leaf.der;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        const Result<Certificate> parsed = parse_certificate(changed);
        CHECK((!parsed.has_value() || parsed->der == changed));
    }
}

TEST_CASE("bundles hold one certificate or more, and nothing else") {
    Ground ground;
    const Certificate authority = issue(ground.authority(), ground.signer).value();
    const Certificate leaf = issue(ground.leaf(), ground.signer).value();
    const Bytes bundle = encode_bundle({authority, leaf});
    CHECK(parse_bundle(bundle).value().size() == 2);
    CHECK(
        parse_certificate_pem(bundle).error().message == "the file holds more than one certificate"
    );
    Bytes conflict = to_bytes("<<<<<<< HEAD\n");
    append(conflict, bundle);
    CHECK(parse_bundle(conflict).error().code == ErrorCode::corrupt);
}
