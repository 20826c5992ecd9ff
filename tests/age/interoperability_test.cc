#include "age/age.h"
#include "age/testing/seeded_random.h"
#include "base/text.h"
#include "workbench.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::age;
using ducksnest::age::testing::Workbench;

namespace {

constexpr std::string_view plaintext = "-----BEGIN PLACEHOLDER-----\nnot a key\n";

Recipient recipient_in(const Workbench& bench, const std::string& name) {
    return Recipient::parse(bench.read(name)).value();
}

Identity identity_in(const Workbench& bench, const std::string& name) {
    return Identity::parse_openssh(bench.read(name)).value();
}

/// What `age -d` makes of a file of ours, given an identity file on the bench.
bool age_opens(const Workbench& bench, const std::string& key, const Bytes& file) {
    bench.write("ours.age", as_text(file));
    return bench.run("age -d -i " + key + " -o opened ours.age") &&
           bench.read("opened") == plaintext;
}

} // namespace

TEST_CASE("age opens what we wrote, with every kind of SSH key") {
    const Workbench bench;
    SeededRandom random(1);
    for (const std::string kind : {"ed25519", "rsa -b 2048", "rsa -b 3072"}) {
        CAPTURE(kind);
        REQUIRE(bench.run("rm -f key key.pub; ssh-keygen -q -N '' -C me@home -f key -t " + kind));
        const Recipient recipient = recipient_in(bench, "key.pub");
        const Bytes file = encrypt(as_bytes(plaintext), {recipient}, random).value();
        CHECK(age_opens(bench, "key", file));
        CHECK(as_text(decrypt(file, {identity_in(bench, "key")}).value().view()) == plaintext);
        CHECK(identity_in(bench, "key").recipient() == recipient);
    }
}

TEST_CASE("age opens what we wrote to several recipients, with each key alone") {
    const Workbench bench;
    SeededRandom random(2);
    REQUIRE(bench.run("ssh-keygen -q -t ed25519 -N '' -f one && ssh-keygen -q -t rsa -N '' -f two")
    );
    REQUIRE(bench.run("age-keygen -o three && age-keygen -y three > three.pub"));
    const std::vector<Recipient> recipients = {
        recipient_in(bench, "one.pub"),
        recipient_in(bench, "two.pub"),
        recipient_in(bench, "three.pub"),
    };
    const Bytes file = encrypt(as_bytes(plaintext), recipients, random).value();
    for (const std::string key : {"one", "two", "three"}) {
        CAPTURE(key);
        CHECK(age_opens(bench, key, file));
    }
}

TEST_CASE("age opens large files of ours") {
    const Workbench bench;
    SeededRandom random(3);
    REQUIRE(bench.run("ssh-keygen -q -t ed25519 -N '' -f key"));
    for (const std::size_t size : {0U, 65535U, 65536U, 65537U, 200'000U}) {
        CAPTURE(size);
        Bytes large(size);
        random.fill(large);
        const Bytes file = encrypt(large, {recipient_in(bench, "key.pub")}, random).value();
        bench.write("ours.age", as_text(file));
        REQUIRE(bench.run("age -d -i key -o opened ours.age"));
        CHECK(bench.read("opened") == as_text(large));
    }
}

TEST_CASE("we open what age wrote, binary and armored") {
    const Workbench bench;
    bench.write("plain", plaintext);
    for (const std::string kind : {"ed25519", "rsa -b 2048", "rsa -b 3072"}) {
        CAPTURE(kind);
        REQUIRE(bench.run("rm -f key key.pub; ssh-keygen -q -N '' -f key -t " + kind));
        const Identity identity = identity_in(bench, "key");
        for (const std::string option : {"-o", "-a -o"}) {
            CAPTURE(option);
            REQUIRE(bench.run("age -R key.pub " + option + " theirs.age plain"));
            const std::string file = bench.read("theirs.age");
            CHECK(as_text(decrypt(as_bytes(file), {identity}).value().view()) == plaintext);
            const std::vector<Stanza> stanzas = read_stanzas(as_bytes(file)).value();
            REQUIRE(stanzas.size() == 1);
            CHECK(stanzas[0].type == identity.recipient().type());
            CHECK(stanzas[0].arguments[0] == identity.recipient().tag());
        }
    }
}

TEST_CASE("we open what age wrote to its own keys") {
    const Workbench bench;
    bench.write("plain", plaintext);
    REQUIRE(bench.run("age-keygen -o key && age-keygen -y key > key.pub"));
    REQUIRE(bench.run("age -a -R key.pub -o theirs.age plain"));
    const std::vector<Identity> identities = parse_identities(bench.read("key")).value();
    REQUIRE(identities.size() == 1);
    CHECK(identities[0].recipient() == recipient_in(bench, "key.pub"));
    const std::string file = bench.read("theirs.age");
    CHECK(as_text(decrypt(as_bytes(file), identities).value().view()) == plaintext);
}

TEST_CASE("keys locked by ssh-keygen open with their passphrase and not with another") {
    const Workbench bench;
    const Secret right(as_bytes("correct horse"));
    const Secret wrong(as_bytes("correct mouse"));
    for (const std::string options :
         {"-t ed25519",
          "-t ed25519 -a 3",
          "-t ed25519 -Z aes256-cbc",
          "-t ed25519 -Z aes128-ctr -a 1",
          "-t ed25519 -Z aes256-gcm@openssh.com -a 1",
          "-t ed25519 -Z 3des-cbc -a 1",
          "-t ed25519 -Z chacha20-poly1305@openssh.com -a 1",
          "-t rsa -b 2048 -a 1",
          "-t rsa -b 2048 -Z aes256-gcm@openssh.com -a 1"}) {
        CAPTURE(options);
        REQUIRE(bench.run("rm -f key key.pub; ssh-keygen -q -N 'correct horse' -f key " + options));
        const std::string file = bench.read("key");
        const Recipient recipient = recipient_in(bench, "key.pub");
        CHECK(Recipient::parse_openssh_private(file).value() == recipient);
        CHECK(Identity::parse_openssh(file, &right).value().recipient() == recipient);

        const auto locked = Identity::parse_openssh(file);
        REQUIRE(!locked);
        CHECK(locked.error().code == ErrorCode::unauthenticated);
        CHECK(locked.error().message == "the SSH key is locked with a passphrase");
        const auto denied = Identity::parse_openssh(file, &wrong);
        REQUIRE(!denied);
        CHECK(denied.error().code == ErrorCode::denied);
        CHECK(denied.error().message == "the passphrase of the SSH key is wrong");
    }
}

TEST_CASE("private keys in older formats are refused with the way to convert them") {
    const Workbench bench;
    for (const std::string format : {"PEM", "PKCS8"}) {
        CAPTURE(format);
        REQUIRE(bench.run("rm -f key key.pub; ssh-keygen -q -t rsa -N '' -f key -m " + format));
        const auto refused = Identity::parse_openssh(bench.read("key"));
        REQUIRE(!refused);
        CHECK(refused.error().code == ErrorCode::unsupported);
        CHECK(refused.error().message == "the private key is not in OpenSSH's format");
        CHECK(refused.error().help == "convert it in place with `ssh-keygen -p -o -f FILE`");
        // The way the help names must work.
        REQUIRE(bench.run("ssh-keygen -q -p -o -P '' -N '' -f key"));
        CHECK(identity_in(bench, "key").recipient() == recipient_in(bench, "key.pub"));
    }
}

TEST_CASE("ssh-keygen and age take the host keys we make") {
    const Workbench bench;
    SeededRandom random(4);
    for (const std::string comment : {"", "root@firebat", "a longer comment, with spaces"}) {
        CAPTURE(comment);
        const HostKeyPair pair = make_host_key(random, comment);
        REQUIRE(bench.run("rm -f key"));
        bench.write_private("key", pair.private_file.view());
        REQUIRE(bench.run("ssh-keygen -y -f key"));
        CHECK(bench.read("said") == pair.public_line + "\n");
        const Recipient recipient = Recipient::parse(pair.public_line).value();
        const Bytes file = encrypt(as_bytes(plaintext), {recipient}, random).value();
        CHECK(age_opens(bench, "key", file));
    }
}
