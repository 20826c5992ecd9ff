#include "age/age.h"
#include "age/recipient.h"
#include "age/testing/rewritten.h"
#include "age/testing/seeded_random.h"
#include "workbench.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

/// The cases of ssh_stanza_test.cc for ssh-rsa, whose keys ssh-keygen makes.
using namespace ducksnest;
using namespace ducksnest::age;
using ducksnest::age::testing::Workbench;

namespace {

constexpr std::string_view malformed = "a recipient of type `ssh-rsa` is malformed";
constexpr std::string_view altered = "the recipient of type `ssh-rsa` for this key was altered";
constexpr std::string_view nobody = "no identity at hand can open the file";

struct Case {
    std::string_view name;
    Change change;
    std::string_view message; ///< Empty when the file must still open.
};

/// The body of a stanza that holds a message of another size than a file key.
Bytes sealed(const Recipient& recipient, std::size_t size) {
    const auto& key = std::get<RsaPublicKey>(recipient.key().half);
    return key.seal(Bytes(size, 1), OaepSeed{}).value();
}

std::vector<Case> cases_for(const Recipient& recipient) {
    return {
        {"nothing changed", [](auto&) {}, ""},
        {"the same stanza twice", [](auto& s) { s.push_back(s[0]); }, ""},
        {"another tag", [](auto& s) { s[0].arguments[0] = "AAAAAA"; }, nobody},
        {"a tag of three bytes", [](auto& s) { s[0].arguments[0] = "AAAA"; }, malformed},
        {"no arguments", [](auto& s) { s[0].arguments.clear(); }, malformed},
        {"the tag twice",
         [](auto& s) { s[0].arguments.push_back(std::string(s[0].arguments[0])); },
         malformed},
        {"an empty body", [](auto& s) { s[0].body.clear(); }, altered},
        {"a body one byte short", [](auto& s) { s[0].body.pop_back(); }, altered},
        {"a body one byte long", [](auto& s) { s[0].body.push_back(0); }, altered},
        {"a body larger than the modulus",
         [](auto& s) { s[0].body.assign(s[0].body.size(), 0xff); },
         altered},
        {"another body", [](auto& s) { s[0].body.back() ^= 1; }, altered},
        {"a file key of 15 bytes",
         [&recipient](auto& s) { s[0].body = sealed(recipient, 15); },
         altered},
        {"a file key of 17 bytes",
         [&recipient](auto& s) { s[0].body = sealed(recipient, 17); },
         altered},
    };
}

} // namespace

TEST_CASE("ssh-rsa stanzas are held to the format") {
    const Workbench bench;
    SeededRandom random(1);
    REQUIRE(bench.run("ssh-keygen -q -t rsa -b 2048 -N '' -f key"));
    const Identity identity = Identity::parse_openssh(bench.read("key")).value();
    const Recipient recipient = identity.recipient();
    const Bytes file = encrypt(as_bytes("secret"), {recipient}, random).value();
    for (const Case& example : cases_for(recipient)) {
        CAPTURE(example.name);
        const auto opened = decrypt(rewritten(file, identity, example.change), {identity});
        CHECK((opened ? "" : opened.error().message) == example.message);
    }
}

TEST_CASE("the same draws give the same file with ssh-rsa too, and others another") {
    const Workbench bench;
    REQUIRE(bench.run("ssh-keygen -q -t rsa -b 2048 -N '' -f key"));
    const std::vector<Recipient> recipients = {Recipient::parse(bench.read("key.pub")).value()};
    const auto file = [&recipients](std::uint64_t seed) {
        SeededRandom random(seed);
        return encrypt(as_bytes("secret"), recipients, random).value();
    };
    CHECK(file(1) == file(1));
    CHECK(file(1) != file(2));
}
