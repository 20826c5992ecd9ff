#include "age/age.h"
#include "age/identity.h"
#include "age/primitives.h"
#include "age/ssh_private.h"
#include "age/ssh_wire.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>

using namespace ducksnest;
using namespace ducksnest::age;
using namespace std::string_view_literals;

namespace {

const Secret passphrase(as_bytes("duck"));
const Bytes seed(32, 7);

/// The public half of the seed.
Bytes public_half_of_seed() {
    const Identity identity = make_ed25519_identity(key_from<32>(seed)).value();
    return parse_ssh_public_line(identity.recipient().text()).value().point;
}
const Bytes point = public_half_of_seed();

/// All that is written into a key file, to be changed one thing at a time.
struct Parts {
    std::string magic{"openssh-key-v1\0"sv};
    std::string cipher = "none";
    std::string derivation = "none";
    Bytes options{};
    std::uint32_t keys = 1;
    Bytes public_wire = ed25519_wire(point);
    Bytes after_section{};

    std::uint32_t check_one = 7;
    std::uint32_t check_two = 7;
    std::string type = "ssh-ed25519";
    Bytes public_half = point;
    Bytes pair = [] {
        Bytes both = seed;
        append(both, point);
        return both;
    }();
    std::string comment = "me";
    Bytes padding = {1, 2, 3};
};

Bytes options_of(const Bytes& salt, std::uint32_t rounds) {
    Bytes options;
    append_string(options, salt);
    append_number(options, rounds);
    return options;
}

std::string file_of(const Parts& parts) {
    Bytes section;
    append_number(section, parts.check_one);
    append_number(section, parts.check_two);
    append_string(section, parts.type);
    append_string(section, parts.public_half);
    append_string(section, parts.pair);
    append_string(section, parts.comment);
    append(section, parts.padding);
    Bytes file = to_bytes(parts.magic);
    append_string(file, parts.cipher);
    append_string(file, parts.derivation);
    append_string(file, parts.options);
    append_number(file, parts.keys);
    append_string(file, parts.public_wire);
    append_string(file, section);
    append(file, parts.after_section);
    std::string dashes(5, '-');
    return dashes + "BEGIN OPENSSH PRIVATE KEY" + dashes + "\n" + encode_base64(file) + "\n" +
           dashes + "END OPENSSH PRIVATE KEY" + dashes + "\n";
}

std::string refusal(const std::string& file) {
    const auto identity = Identity::parse_openssh(file, &passphrase);
    return identity ? "" : describe(identity.error());
}

} // namespace

TEST_CASE("a key file in its plainest form is read") {
    const Identity identity = Identity::parse_openssh(file_of({})).value();
    CHECK(
        identity.recipient().text() == format_ssh_public_line("ssh-ed25519", ed25519_wire(point))
    );
    CHECK(Recipient::parse_openssh_private(file_of({})).value() == identity.recipient());
}

TEST_CASE("a key file may have CRLF line ends and white space around it") {
    std::string file = "\n" + file_of({});
    for (std::size_t at = file.find('\n'); at != std::string::npos; at = file.find('\n', at + 2)) {
        file.insert(at, "\r");
    }
    CHECK(Identity::parse_openssh(file + "\n"));
}

TEST_CASE("a key file that breaks a rule is refused with the rule it breaks") {
    struct Case {
        std::function<void(Parts&)> change;
        std::string_view message;
    };
    constexpr std::string_view other_half =
        "the private half of the SSH key has another public half";
    constexpr std::string_view padding = "the private half of the SSH key has malformed padding";
    constexpr std::string_view size = "the private half of the SSH key has an impossible size";
    constexpr std::string_view options = "the SSH key file has malformed key derivation options";
    const Case cases[] = {
        {[](Parts& p) { p.magic = "openssh-key-v2\0"sv; },
         "the SSH key file does not start with `openssh-key-v1`"},
        {[](Parts& p) { p.magic[0] = 'O'; }, "the SSH key file does not start with `openssh-key-v1`"
        },
        {[](Parts& p) { p.cipher = "rot13"; }, "the SSH key file uses an unknown cipher"},
        {[](Parts& p) { p.cipher = "aes256-ctr"; },
         "the SSH key file has a cipher without a key, or a key without"},
        {[](Parts& p) { p.derivation = "bcrypt"; },
         "the SSH key file has a cipher without a key, or a key without"},
        {[](Parts& p) { p.options = {0}; }, "the SSH key file has options it has no use for"},
        {[](Parts& p) { p.cipher = "aes256-ctr", p.derivation = "argon2"; },
         "the SSH key file uses an unknown key derivation"},
        {[](Parts& p) { p.cipher = "aes256-ctr", p.derivation = "bcrypt"; },
         "the SSH key is cut off"},
        {[](Parts& p) {
             p.cipher = "aes256-ctr", p.derivation = "bcrypt", p.options = options_of({}, 1);
         },
         options},
        {[](Parts& p) {
             p.cipher = "aes256-ctr", p.derivation = "bcrypt", p.options = options_of({1}, 0);
         },
         options},
        {[](Parts& p) {
             p.cipher = "aes256-ctr", p.derivation = "bcrypt", p.options = options_of({1}, 1025);
         },
         "the SSH key file asks for 1025 rounds of key derivation, more than 1,024"},
        {[](Parts& p) {
             p.cipher = "aes256-ctr", p.derivation = "bcrypt", p.options = options_of({1}, 1);
         },
         size},
        {[](Parts& p) { p.keys = 0; }, "the SSH key file does not hold exactly one key"},
        {[](Parts& p) { p.keys = 2; }, "the SSH key file does not hold exactly one key"},
        {[](Parts& p) { p.public_wire.back() ^= 1; },
         "the ssh-ed25519 key is not a point of the curve"},
        {[](Parts& p) { p.after_section = {0}; }, "the SSH key file has bytes after the key"},
        {[](Parts& p) { p.check_two = 8; }, "the private half of the SSH key is damaged"},
        {[](Parts& p) { p.type = "ssh-ed25518"; },
         "the two halves of the SSH key have different types"},
        {[](Parts& p) { p.public_half[5] ^= 1; }, other_half},
        {[](Parts& p) { p.pair[40] ^= 1; }, other_half},
        {[](Parts& p) { p.pair[3] ^= 1; }, other_half},
        {[](Parts& p) { p.pair.resize(32); }, other_half},
        {[](Parts& p) { p.padding = {1, 2, 4}; }, padding},
        {[](Parts& p) { p.padding = {0, 1, 2}; }, padding},
        {[](Parts& p) { p.padding = {1, 2}; }, size},
    };
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        CAPTURE(i);
        Parts parts;
        cases[i].change(parts);
        CHECK(refusal(file_of(parts)) == cases[i].message);
    }
}

TEST_CASE("a text that is no key file is refused with what it is instead") {
    const std::string dashes(5, '-');
    const std::string begin = dashes + "BEGIN OPENSSH PRIVATE KEY" + dashes + "\n";
    const std::string end = dashes + "END OPENSSH PRIVATE KEY" + dashes + "\n";
    struct Case {
        std::string text;
        std::string_view message;
    };
    const Case cases[] = {
        {"", "this is not an OpenSSH private key file"},
        {"ssh-ed25519 AAAA", "this is not an OpenSSH private key file"},
        {dashes + "BEGIN CERTIFICATE" + dashes + "\n", "this is not an OpenSSH private key file"},
        {dashes + "BEGIN RSA PRIVATE KEY" + dashes + "\n",
         "the private key is not in OpenSSH's format"},
        {dashes + "BEGIN ENCRYPTED PRIVATE KEY" + dashes + "\n",
         "the private key is not in OpenSSH's format"},
        {begin + "AAAA\n", "the SSH key file was cut off: it has no end line"},
        {begin + "AAAA\n" + end + "x", "the SSH key file has more after its end line"},
        {begin + "****\n" + end, "the SSH key file is not base64 between its marks"},
        {begin + "AA A\n" + end, "the SSH key file is not base64 between its marks"},
        {begin + end, "the SSH key file does not start with `openssh-key-v1`"},
        {std::string(65 * 1024, ' '), "the SSH key file is larger than 64 KiB"},
    };
    for (const auto& [text, message] : cases) {
        CAPTURE(text.substr(0, 80));
        CHECK(refusal(text) == message);
    }
}

TEST_CASE("a key file that was cut anywhere is refused") {
    const std::string file = file_of({});
    for (std::size_t size = 0; size + 1 < file.size(); ++size) {
        CHECK(!Identity::parse_openssh(file.substr(0, size)));
    }
}
