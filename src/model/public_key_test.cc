#include "base/encoding.h"
#include "model/public_key.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::model;

namespace {

void put(Bytes& out, ByteView field) {
    const auto size = static_cast<std::uint32_t>(field.size());
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    append(out, field);
}

std::string
ssh_key(std::string_view outer, std::string_view inner, std::initializer_list<Bytes> fields) {
    Bytes wire;
    put(wire, as_bytes(inner));
    for (const Bytes& field : fields) {
        put(wire, field);
    }
    return std::string(outer) + " " + encode_base64(wire);
}

std::string why(std::string_view text) {
    const Result<PublicKey> key = parse_public_key(text);
    REQUIRE_FALSE(key.has_value());
    return key.error().message;
}

} // namespace

TEST_CASE("SSH keys are taken apart") {
    const std::string ed25519 = ssh_key("ssh-ed25519", "ssh-ed25519", {Bytes(32, 7)});
    REQUIRE(parse_public_key(ed25519).has_value());
    CHECK(parse_public_key(ed25519)->kind == KeyKind::ssh_ed25519);
    CHECK(parse_public_key(ed25519 + " duck@desk")->blob == parse_public_key(ed25519)->blob);

    Bytes modulus(257, 0xff);
    modulus[0] = 0;
    const auto rsa = parse_public_key(ssh_key("ssh-rsa", "ssh-rsa", {Bytes{1, 0, 1}, modulus}));
    REQUIRE(rsa.has_value());
    CHECK(rsa->kind == KeyKind::ssh_rsa);
    CHECK(rsa->bits == 2048);
    modulus[1] = 0x01;
    CHECK(parse_public_key(ssh_key("ssh-rsa", "ssh-rsa", {Bytes{3}, modulus}))->bits == 2041);
}

TEST_CASE("damaged SSH keys say what is damaged") {
    CHECK(why("ssh-ed25519") == "the key is damaged: the part after the type is missing");
    CHECK(why("ssh-ed25519  AAAA") == "the key is damaged: the part after the type is missing");
    CHECK(why("ssh-ed25519 AAA") == "the key is damaged: its second word is not base64");
    CHECK(why("ssh-ed25519 AAAA") == "the key is damaged: it does not say `ssh-ed25519` inside");
    CHECK(
        why("ssh-ed25519 /////w==") == "the key is damaged: it does not say `ssh-ed25519` inside"
    );
    CHECK(
        why(ssh_key("ssh-rsa", "ssh-ed25519", {Bytes(32, 7)})) ==
        "the key is damaged: it does not say `ssh-rsa` inside"
    );
    CHECK(
        why(ssh_key("ssh-ed25519", "ssh-ed25519", {Bytes(31, 7)})) ==
        "the key is damaged: an Ed25519 key has 32 bytes"
    );
    CHECK(
        why(ssh_key("ssh-ed25519", "ssh-ed25519", {Bytes(32, 7), Bytes(1, 7)})) ==
        "the key is damaged: an Ed25519 key has 32 bytes"
    );
    CHECK(
        why(ssh_key("ssh-rsa", "ssh-rsa", {Bytes{1, 0, 1}})) ==
        "the key is damaged: an RSA key has an exponent and a modulus"
    );
}

TEST_CASE("kinds that cannot receive a secret are refused with the reason") {
    CHECK(parse_public_key("ecdsa-sha2-nistp256 AAAA").error().code == ErrorCode::unsupported);
    CHECK(why("ssh-dss AAAA") == "age cannot encrypt to `ssh-dss` keys");
    CHECK(why("sk-ssh-ed25519@openssh.com AAAA").contains("can sign but not decrypt"));
    CHECK(why("ssh-rsa-cert-v01@openssh.com AAAA").contains("is a certificate, not a key"));
    CHECK(parse_public_key("duck").error().code == ErrorCode::invalid);
    CHECK(parse_public_key("").error().code == ErrorCode::invalid);
}

TEST_CASE("an age recipient has a checksum") {
    // The recipient of the examples in age's own documentation.
    const std::string good = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    REQUIRE(parse_public_key(good).has_value());
    CHECK(parse_public_key(good)->blob.size() == 32);
    for (std::size_t i = 4; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == 'q' ? 'p' : 'q';
        CHECK(why(bad) == "the key is damaged: its checksum is wrong");
    }
    CHECK(why("age1b") == "the key is damaged: an age recipient has 62 characters");
    CHECK(
        why("age1" + std::string(58, 'b')) ==
        "the key is damaged: it has a character that age recipients do not have"
    );
}
