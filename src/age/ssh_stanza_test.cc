#include "age/age.h"
#include "age/testing/rewritten.h"
#include "age/testing/seeded_random.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

/// There are no public vectors for ssh-ed25519 stanzas, so these cases stand in for them: each
/// changes one thing in a good file and writes a correct MAC over it. For ssh-rsa see tests/age.
using namespace ducksnest;
using namespace ducksnest::age;

namespace {

constexpr std::string_view malformed = "a recipient of type `ssh-ed25519` is malformed";
constexpr std::string_view altered = "the recipient of type `ssh-ed25519` for this key was altered";
constexpr std::string_view nobody = "no identity at hand can open the file";

struct Case {
    std::string_view name;
    Change change;
    std::string_view message; ///< Empty when the file must still open.
};

Stanza grease() {
    return {.type = "grease", .arguments = {"a", "b"}, .body = Bytes(100, 1)};
}

std::string share_of(const Bytes& bytes) {
    return encode_base64_unpadded(bytes);
}

const std::vector<Case> cases = {
    {"nothing changed", [](auto&) {}, ""},
    {"an unknown stanza before", [](auto& s) { s.insert(s.begin(), grease()); }, ""},
    {"an unknown stanza after", [](auto& s) { s.push_back(grease()); }, ""},
    {"the same stanza twice", [](auto& s) { s.push_back(s[0]); }, ""},
    {"another type in upper case", [](auto& s) { s[0].type = "SSH-ED25519"; }, nobody},
    {"no stanza at all", [](auto& s) { s.clear(); }, nobody},
    {"another tag", [](auto& s) { s[0].arguments[0] = "AAAAAA"; }, nobody},
    {"a tag of three bytes", [](auto& s) { s[0].arguments[0] = "AAAA"; }, malformed},
    {"a tag of five bytes", [](auto& s) { s[0].arguments[0] = "AAAAAAA"; }, malformed},
    {"a tag that is not base64", [](auto& s) { s[0].arguments[0] = "*****w"; }, malformed},
    {"a tag that is not canonical", [](auto& s) { s[0].arguments[0] = "AAAAAB"; }, malformed},
    {"no arguments", [](auto& s) { s[0].arguments.clear(); }, malformed},
    {"no share", [](auto& s) { s[0].arguments.pop_back(); }, malformed},
    {"the share twice",
     [](auto& s) { s[0].arguments.push_back(std::string(s[0].arguments[1])); },
     malformed},
    {"tag and share swapped",
     [](auto& s) { std::swap(s[0].arguments[0], s[0].arguments[1]); },
     malformed},
    {"a share of 31 bytes", [](auto& s) { s[0].arguments[1] = share_of(Bytes(31, 9)); }, malformed},
    {"a share of 33 bytes", [](auto& s) { s[0].arguments[1] = share_of(Bytes(33, 9)); }, malformed},
    {"an empty share", [](auto& s) { s[0].arguments[1] = "-"; }, malformed},
    {"a padded share", [](auto& s) { s[0].arguments[1] += "="; }, malformed},
    {"a share of low order, zero",
     [](auto& s) { s[0].arguments[1] = share_of(Bytes(32)); },
     malformed},
    {"a share of low order, one",
     [](auto& s) {
         Bytes one(32);
         one[0] = 1;
         s[0].arguments[1] = share_of(one);
     },
     malformed},
    {"another share", [](auto& s) { s[0].arguments[1] = share_of(Bytes(32, 9)); }, altered},
    {"an empty body", [](auto& s) { s[0].body.clear(); }, malformed},
    {"a body of 31 bytes", [](auto& s) { s[0].body.pop_back(); }, malformed},
    {"a body of 33 bytes", [](auto& s) { s[0].body.push_back(0); }, malformed},
    {"another body", [](auto& s) { s[0].body[0] ^= 1; }, altered},
    {"a malformed stanza for somebody else",
     [](auto& s) {
         s.insert(s.begin(), {.type = "ssh-ed25519", .arguments = {"AAAAAA"}, .body = {}});
     },
     malformed},
};

} // namespace

TEST_CASE("ssh-ed25519 stanzas are held to the format") {
    SeededRandom random(1);
    const HostKeyPair pair = make_host_key(random, "");
    const Identity identity = Identity::parse_openssh(as_text(pair.private_file.view())).value();
    const Bytes file = encrypt(as_bytes("secret"), {identity.recipient()}, random).value();
    for (const Case& example : cases) {
        CAPTURE(example.name);
        const Bytes changed = rewritten(file, identity, example.change);
        const auto opened = decrypt(changed, {identity});
        CHECK((opened ? "" : opened.error().message) == example.message);
        CHECK(
            (opened || opened.error().code ==
                           (example.message == nobody ? ErrorCode::denied : ErrorCode::corrupt))
        );
    }
}
