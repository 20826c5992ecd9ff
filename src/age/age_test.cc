#include "age/age.h"
#include "age/bech32.h"
#include "age/testing/seeded_random.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::age;

namespace {

Identity identity_of(const HostKeyPair& pair) {
    return Identity::parse_openssh(as_text(pair.private_file.view())).value();
}

/// An age secret key, made up from 32 equal bytes.
std::string secret_key(std::uint8_t byte) {
    return encode_bech32("AGE-SECRET-KEY-", Bytes(32, byte));
}

std::string armored(ByteView file) {
    const std::string encoded = encode_base64(file);
    std::string text = "-----BEGIN AGE ENCRYPTED FILE-----\n";
    for (std::size_t start = 0; start < encoded.size(); start += 64) {
        text += encoded.substr(start, 64) + "\n";
    }
    return text + "-----END AGE ENCRYPTED FILE-----\n";
}

} // namespace

TEST_CASE("a host key opens what was encrypted to it, and no other does") {
    SeededRandom random(1);
    const HostKeyPair mine = make_host_key(random, "root@firebat");
    const HostKeyPair other = make_host_key(random, "root@ultra");
    const Recipient recipient = Recipient::parse(mine.public_line).value();
    CHECK(recipient.type() == "ssh-ed25519");
    CHECK(recipient.tag().size() == 6);
    CHECK(mine.public_line == recipient.text() + " root@firebat");
    const Bytes file = encrypt(as_bytes("secret"), {recipient}, random).value();
    CHECK(identity_of(mine).recipient() == recipient);
    CHECK(
        as_text(decrypt(file, {identity_of(other), identity_of(mine)}).value().view()) == "secret"
    );

    const auto refused = decrypt(file, {identity_of(other)});
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::denied);
    CHECK(refused.error().message == "no identity at hand can open the file");
    CHECK(refused.error().help == "it was encrypted to `ssh-ed25519 " + recipient.tag() + "`");
}

TEST_CASE("an X25519 key opens what was encrypted to its recipient") {
    SeededRandom random(2);
    const Identity identity = Identity::parse_x25519(secret_key(7)).value();
    const Recipient recipient = Recipient::parse(identity.recipient().text()).value();
    CHECK(recipient.type() == "X25519");
    CHECK(recipient.tag().empty());
    CHECK(recipient.text().starts_with("age1"));
    const Bytes file = encrypt(as_bytes("secret"), {recipient}, random).value();
    CHECK(as_text(decrypt(file, {identity}).value().view()) == "secret");
    CHECK(!decrypt(file, {Identity::parse_x25519(secret_key(8)).value()}));
}

TEST_CASE("the same draws give the same file") {
    SeededRandom first(3);
    SeededRandom second(3);
    SeededRandom third(4);
    const Identity identity = Identity::parse_x25519(secret_key(1)).value();
    const std::vector<Recipient> recipients = {identity.recipient()};
    const Bytes file = encrypt(as_bytes("secret"), recipients, first).value();
    CHECK(file == encrypt(as_bytes("secret"), recipients, second).value());
    CHECK(file != encrypt(as_bytes("secret"), recipients, third).value());
}

TEST_CASE("a file without recipients is refused") {
    SeededRandom random(5);
    const auto refused = encrypt(as_bytes("secret"), {}, random);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message == "a file needs at least one recipient");
}

TEST_CASE("the stanzas say who can open a file, without any key") {
    SeededRandom random(6);
    const Recipient one = Recipient::parse(make_host_key(random, "").public_line).value();
    const Recipient two = Identity::parse_x25519(secret_key(2)).value().recipient();
    const Bytes file = encrypt(as_bytes("secret"), {one, two}, random).value();
    for (const std::string& text : {std::string(as_text(file)), armored(file)}) {
        const std::vector<Stanza> stanzas = read_stanzas(as_bytes(text)).value();
        REQUIRE(stanzas.size() == 2);
        CHECK(stanzas[0].type == "ssh-ed25519");
        CHECK(stanzas[0].arguments[0] == one.tag());
        CHECK(stanzas[1].type == "X25519");
    }
}

TEST_CASE("an armored file opens like the binary one") {
    SeededRandom random(7);
    const Identity identity = Identity::parse_x25519(secret_key(3)).value();
    for (const std::size_t size : {0U, 1U, 47U, 48U, 49U, 1000U}) {
        const Bytes plaintext(size, 'x');
        const Bytes file = encrypt(plaintext, {identity.recipient()}, random).value();
        const std::string text = armored(file);
        CHECK(as_text(decrypt(as_bytes(text), {identity}).value().view()) == as_text(plaintext));
    }
}

TEST_CASE("an identity file holds one OpenSSH key or any number of age keys") {
    SeededRandom random(8);
    const HostKeyPair pair = make_host_key(random, "me");
    CHECK(parse_identities(as_text(pair.private_file.view())).value().size() == 1);
    const std::string keys =
        "# created: today\r\n\n" + secret_key(1) + "\r\n" + secret_key(2) + "\n";
    CHECK(parse_identities(keys).value().size() == 2);

    const auto empty = parse_identities("# nothing\n");
    REQUIRE(!empty);
    CHECK(empty.error().message == "there is no identity in the file");
    const auto damaged = parse_identities("# one\nAGE-SECRET-KEY-1QQQQQQQ\n");
    REQUIRE(!damaged);
    CHECK(
        describe(damaged.error()) ==
        "line 2: reading an age secret key: bech32 text has a wrong checksum"
    );
}

TEST_CASE("age secret keys of other kinds are refused without being repeated") {
    struct Case {
        std::string text;
        std::string_view message;
    };
    const Case cases[] = {
        {encode_bech32("age-secret-key-", Bytes(32, 1)), "this is not an age secret key"},
        {encode_bech32("AGE-SECRET-KEY-", Bytes(31, 1)), "this is not an age secret key"},
        {encode_bech32("AGE-SECRET-KEY-PQ-", Bytes(32, 1)),
         "secret keys of plugins and post-quantum keys are not supported"},
        {encode_bech32("AGE-PLUGIN-YUBIKEY-", Bytes(9, 1)),
         "secret keys of plugins and post-quantum keys are not supported"},
        {"", "bech32 text has no `1` between prefix and data"},
    };
    for (const auto& [text, message] : cases) {
        const auto refused = Identity::parse_x25519(text);
        REQUIRE(!refused);
        CHECK(refused.error().message == message);
        CHECK(!refused.error().help.empty());
        CHECK((text.empty() || refused.error().message.find(text) == std::string::npos));
    }
}

TEST_CASE("a file locked with a passphrase says so, and one that is not says that") {
    // The body is not the one of any passphrase; the work factor is the smallest.
    const std::string file = "age-encryption.org/v1\n-> scrypt " + std::string(22, 'A') + " 1\n" +
                             std::string(43, 'A') + "\n--- " + std::string(43, 'A') + "\n";
    const auto by_key = decrypt(as_bytes(file), {});
    REQUIRE(!by_key);
    CHECK(by_key.error().code == ErrorCode::denied);
    CHECK(by_key.error().help == "it was encrypted to a passphrase");
    const Secret passphrase(as_bytes("duck"));
    const auto by_passphrase = decrypt_with_passphrase(as_bytes(file), passphrase);
    REQUIRE(!by_passphrase);
    CHECK(by_passphrase.error().code == ErrorCode::denied);
    CHECK(by_passphrase.error().message == "the passphrase is wrong");

    SeededRandom random(10);
    const Recipient recipient = Identity::parse_x25519(secret_key(5)).value().recipient();
    const Bytes to_key = encrypt(as_bytes("secret"), {recipient}, random).value();
    const auto refused = decrypt_with_passphrase(to_key, passphrase);
    REQUIRE(!refused);
    CHECK(refused.error().message == "the file was not encrypted to a passphrase");
}

TEST_CASE("many threads encrypt to the same recipients at once") {
    SeededRandom random(9);
    const HostKeyPair pair = make_host_key(random, "");
    const std::vector<Recipient> recipients = {
        Recipient::parse(pair.public_line).value(),
        Identity::parse_x25519(secret_key(4)).value().recipient(),
    };
    const std::vector<Identity> identities = {identity_of(pair)};
    std::vector<std::thread> threads;
    std::vector<std::size_t> opened(4);
    for (std::size_t& count : opened) {
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i) {
                const auto file = encrypt(as_bytes("secret"), recipients, random);
                count += file && decrypt(*file, identities) ? 1U : 0U;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(opened == std::vector<std::size_t>(4, 25));
}
