#include "age/age.h"
#include "age/bech32.h"
#include "age/ssh_public.h"
#include "age/ssh_wire.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace ducksnest;
using namespace ducksnest::age;

namespace {

std::string refusal(const std::string& text) {
    const auto recipient = Recipient::parse(text);
    return recipient ? "" : describe(recipient.error());
}

std::string line_of(std::string_view type, ByteView wire) {
    return format_ssh_public_line(type, wire);
}

Bytes rsa_wire(const Bytes& exponent, const Bytes& modulus) {
    Bytes wire;
    append_string(wire, "ssh-rsa");
    append_string(wire, exponent);
    append_string(wire, modulus);
    return wire;
}

/// An odd number with so many bits, as SSH writes it: the sign bit needs a zero in front.
Bytes modulus_of(std::size_t bits) {
    Bytes bytes(bits / 8 + 1, 0xff);
    bytes[0] = 0;
    return bytes;
}

const Bytes usual_exponent = {1, 0, 1};
// The base point of Ed25519: y = 4/5.
const Bytes base_point =
    decode_hex("5866666666666666666666666666666666666666666666666666666666666666").value();

} // namespace

TEST_CASE("recipients are recognised with white space around and a comment behind") {
    const std::string line = line_of("ssh-ed25519", ed25519_wire(base_point));
    for (const std::string& text :
         {line, line + "\n", "  " + line + " root@firebat \r\n", line + "\ta comment"}) {
        CHECK(Recipient::parse(text).value().text() == line);
    }
    CHECK(Recipient::parse(line).value().tag() == "m/ejOQ");
    for (const std::size_t bits : {2048U, 4096U, 16384U}) {
        const Bytes wire = rsa_wire(usual_exponent, modulus_of(bits));
        CHECK(Recipient::parse(line_of("ssh-rsa", wire)).value().type() == "ssh-rsa");
    }
}

TEST_CASE("two recipients are equal when their keys are") {
    const std::string line = line_of("ssh-ed25519", ed25519_wire(base_point));
    const Recipient one = Recipient::parse(line + " one").value();
    const Recipient two = Recipient::parse(line + " two").value();
    CHECK(one == two);
    Bytes other(32);
    other[0] = 9;
    CHECK(one != Recipient::parse(encode_bech32("age", other)).value());
}

TEST_CASE("what is no recipient is refused with what it is instead") {
    struct Case {
        std::string text;
        std::string_view message;
    };
    Bytes short_wire;
    append_string(short_wire, "ssh-ed25519");
    append_string(short_wire, ByteView(base_point).first(31));
    Bytes long_wire = ed25519_wire(base_point);
    long_wire.push_back(0);
    Bytes security_key;
    append_string(security_key, "sk-ssh-ed25519@openssh.com");
    const Bytes off_curve = {2};
    const std::string_view not_key = "this is not an SSH public key";
    const Case cases[] = {
        {"", "the recipient is empty"},
        {" \n", "the recipient is empty"},
        {"duck", not_key},
        {"ssh-ed25519", not_key},
        {"ssh-ed25519 \x01\x02", "the second word of the SSH public key is not base64"},
        {"no-pty ssh-ed25519 AAAA", "the second word of the SSH public key is not base64"},
        {"ssh-ed25519 AAAA", "the SSH key is cut off"},
        {line_of("ssh-ed25519", ed25519_wire(base_point)) + "\nssh-ed25519 AAAA",
         "an SSH public key is one line, this text has several"},
        {line_of("ssh-rsa", ed25519_wire(base_point)),
         "the SSH public key says `ssh-rsa` but holds a key of type `ssh-ed25519`"},
        {line_of("ssh-ed25519", short_wire), "the ssh-ed25519 key does not have 32 bytes"},
        {line_of("ssh-ed25519", long_wire), "the SSH key has bytes after its end"},
        {line_of("ssh-ed25519", ed25519_wire(Bytes(32))),
         "the ssh-ed25519 key is not a point of the curve"},
        {line_of("ssh-ed25519", ed25519_wire(Bytes(32, 0xff))),
         "the ssh-ed25519 key is not a point of the curve"},
        {line_of("sk-ssh-ed25519@openssh.com", security_key),
         "age cannot encrypt to SSH keys of type `sk-ssh-ed25519@openssh.com`"},
        {line_of("ssh-rsa", rsa_wire(usual_exponent, modulus_of(1024))),
         "the RSA key has 1024 bits, outside the range 2,048 to 16,384"},
        {line_of("ssh-rsa", rsa_wire(usual_exponent, modulus_of(16392))),
         "the RSA key has more than 16,384 bits"},
        {line_of("ssh-rsa", rsa_wire({2}, modulus_of(2048))),
         "the RSA key has an unusable modulus or exponent"},
        {line_of("ssh-rsa", rsa_wire({1}, modulus_of(2048))),
         "the RSA key has an unusable modulus or exponent"},
        {line_of("ssh-rsa", rsa_wire({0, 0x80, 0, 0, 1}, modulus_of(2048))),
         "the RSA key has an unusable modulus or exponent"},
        {line_of("ssh-rsa", rsa_wire({0x80}, modulus_of(2048))),
         "the SSH key has a malformed integer"},
        {line_of("ssh-rsa", rsa_wire({0, 3}, modulus_of(2048))),
         "the SSH key has a malformed integer"},
        {line_of("ssh-rsa", rsa_wire({}, modulus_of(2048))), "the SSH key has a malformed integer"},
        {encode_bech32("age", Bytes(31, 1)), "this is not an age recipient"},
        {encode_bech32("age", Bytes(32)), "the recipient's X25519 key has low order"},
        {encode_bech32("age1yubikey", Bytes(33, 2)),
         "recipients of plugins and post-quantum keys are not supported"},
        {encode_bech32("age", base_point) + "q", "bech32 text has a wrong checksum"},
    };
    for (const auto& [text, message] : cases) {
        CAPTURE(text);
        CHECK(refusal(text) == message);
    }
}

TEST_CASE("a private key in the place of a recipient is not repeated") {
    for (const std::string& text :
         {std::string("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"),
          encode_bech32("AGE-SECRET-KEY-", Bytes(32, 1))}) {
        const auto refused = Recipient::parse(text);
        REQUIRE(!refused);
        CHECK(refused.error().message == "this is a private key, not a recipient");
        CHECK(refused.error().help.find("AAAA") == std::string::npos);
    }
}
