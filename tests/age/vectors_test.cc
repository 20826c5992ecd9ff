#include "age/age.h"
#include "age/armor.h"
#include "age/header.h"
#include "age/identity.h"
#include "age/passphrase.h"
#include "age/payload.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "vector.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::age;
using namespace ducksnest::age::testing;

namespace {

/// Hybrid keys need ML-KEM-768, which neither libsodium 1.0.18 nor OpenSSL 3.0 has.
bool is_hybrid(const Vector& vector) {
    return std::ranges::any_of(vector.identities, [](const std::string& identity) {
        return identity.starts_with("AGE-SECRET-KEY-PQ-");
    });
}

std::vector<Identity> identities_of(const Vector& vector) {
    std::vector<Identity> identities;
    for (const std::string& text : vector.identities) {
        identities.push_back(Identity::parse_x25519(text).value());
    }
    return identities;
}

Result<Secret> decrypt_vector(const Vector& vector) {
    if (vector.passphrases.empty()) {
        return decrypt(vector.file, identities_of(vector));
    }
    return decrypt_with_passphrase(vector.file, Secret(as_bytes(vector.passphrases.front())));
}

/// The kind of an outcome in the words of the vectors.
std::string kind_of(const Result<Secret>& result) {
    if (result) {
        return "success";
    }
    if (result.error().code == ErrorCode::denied) {
        return "no match";
    }
    const std::vector<std::string>& context = result.error().context;
    const std::string frame = context.empty() ? "" : context.front();
    if (frame == "reading the armor") {
        return "armor failure";
    }
    if (frame == "verifying the header") {
        return "HMAC failure";
    }
    return frame == "reading the payload" ? "payload failure" : "header failure";
}

/// The part of a payload that is genuine before the place where it fails.
Secret genuine_part(const Vector& vector) {
    const Bytes file = vector.is_armored ? decode_armor(vector.file).value() : vector.file;
    const Header header = parse_header(file).value();
    const FileKey key = unwrap(identities_of(vector).front().key(), header.stanzas).value().value();
    const ByteView body = ByteView(file).subspan(header.size);
    const Key32 stream = payload_key(key, body.first(payload_nonce_size));
    return open_payload(stream, body.subspan(payload_nonce_size)).plaintext;
}

} // namespace

TEST_CASE("every public test vector comes out as it says") {
    std::vector<std::string> not_run;
    std::size_t run = 0;
    for (const Vector& vector : read_vectors(vectors_folder())) {
        CAPTURE(vector.name);
        if (is_hybrid(vector)) {
            not_run.push_back(vector.name);
            continue;
        }
        ++run;
        const Result<Secret> result = decrypt_vector(vector);
        CAPTURE((result ? std::string() : describe(result.error())));
        // What is armored only by its label, like a lower-case mark, is refused as a binary file.
        const bool looks_binary = vector.is_armored && !is_armored(vector.file);
        if (looks_binary) {
            CHECK(!decode_armor(vector.file));
            CHECK(vector.expect == "armor failure");
            CHECK(kind_of(result) == "header failure");
        } else {
            CHECK(kind_of(result) == vector.expect);
        }
        if (result) {
            CHECK(encode_hex(sha256(result->view())) == vector.payload);
        } else if (vector.expect == "payload failure" && !vector.payload.empty()) {
            CHECK(encode_hex(sha256(genuine_part(vector).view())) == vector.payload);
        }
    }
    CHECK(run == 124);
    CHECK(not_run.size() == 19);
    for (const std::string& name : not_run) {
        MESSAGE("not run, needs ML-KEM-768: " << name);
    }
}

TEST_CASE("every header and payload of the public vectors is written as it was read") {
    std::size_t headers = 0;
    std::size_t payloads = 0;
    for (const Vector& vector : read_vectors(vectors_folder())) {
        CAPTURE(vector.name);
        if (vector.is_armored || vector.expect == "header failure") {
            continue;
        }
        const Header header = parse_header(vector.file).value();
        Bytes written;
        append_version_line(written);
        for (const Stanza& stanza : header.stanzas) {
            append_stanza(written, stanza);
        }
        append(written, as_bytes("---"));
        CHECK(as_text(written) == as_text(ByteView(vector.file).first(header.authenticated_size)));
        ++headers;
        if (vector.expect != "success" || is_hybrid(vector) || !vector.passphrases.empty()) {
            continue;
        }
        const FileKey key =
            unwrap(identities_of(vector).front().key(), header.stanzas).value().value();
        const ByteView body = ByteView(vector.file).subspan(header.size);
        const Key32 stream = payload_key(key, body.first(payload_nonce_size));
        const Secret plaintext = decrypt(vector.file, identities_of(vector)).value();
        Bytes sealed;
        append_payload(sealed, stream, plaintext.view());
        ++payloads;
        CHECK((as_text(sealed) == as_text(body.subspan(payload_nonce_size))));
    }
    CHECK(headers == 50);
    CHECK(payloads == 14);
}
