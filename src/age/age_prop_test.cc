#include "age/age.h"
#include "age/bech32.h"
#include "age/testing/seeded_random.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::age;

namespace {

/// An identity of either curve; number n is always the same one.
Identity identity_of(std::uint8_t number) {
    if (number % 2 == 0) {
        return Identity::parse_x25519(encode_bech32("AGE-SECRET-KEY-", Bytes(32, number))).value();
    }
    SeededRandom random(number);
    const HostKeyPair pair = make_host_key(random, "");
    return Identity::parse_openssh(as_text(pair.private_file.view())).value();
}

Bytes random_bytes(std::size_t size, SeededRandom& random) {
    Bytes bytes(size);
    random.fill(bytes);
    return bytes;
}

bool opens_to(const Bytes& file, const Identity& identity, ByteView plaintext) {
    const auto opened = decrypt(file, {identity});
    return opened && std::ranges::equal(opened->view(), plaintext);
}

} // namespace

TEST_CASE("what is encrypted to several keys opens with each of them and with no other") {
    const bool holds = rc::check([](std::uint64_t seed) {
        SeededRandom random(seed);
        const auto count = *rc::gen::inRange<std::size_t>(1, 5);
        const auto numbers = *rc::gen::unique<std::vector<std::uint8_t>>(
            count + 1, rc::gen::arbitrary<std::uint8_t>()
        );
        const Bytes plaintext = random_bytes(*rc::gen::inRange<std::size_t>(0, 2000), random);
        std::vector<Recipient> recipients;
        for (std::size_t i = 0; i < count; ++i) {
            recipients.push_back(identity_of(numbers[i]).recipient());
        }
        const Bytes file = encrypt(plaintext, recipients, random).value();
        for (std::size_t i = 0; i < count; ++i) {
            RC_ASSERT(opens_to(file, identity_of(numbers[i]), plaintext));
        }
        const auto refused = decrypt(file, {identity_of(numbers[count])});
        RC_ASSERT(!refused);
        RC_ASSERT(refused.error().code == ErrorCode::denied);
    });
    CHECK(holds);
}

TEST_CASE("files of every size around a chunk's come back") {
    constexpr std::size_t chunk = std::size_t{64} * 1024;
    SeededRandom random(1);
    for (const std::uint8_t number : Bytes{2, 3}) {
        const Identity identity = identity_of(number);
        for (const std::size_t size :
             {std::size_t{0},
              std::size_t{1},
              chunk - 1,
              chunk,
              chunk + 1,
              2 * chunk,
              std::size_t{200} * 1024}) {
            CAPTURE(size);
            const Bytes plaintext = random_bytes(size, random);
            const Bytes file = encrypt(plaintext, {identity.recipient()}, random).value();
            CHECK(opens_to(file, identity, plaintext));
        }
    }
}

TEST_CASE("a file with one bit flipped anywhere is refused") {
    SeededRandom random(2);
    for (const std::uint8_t number : Bytes{4, 5}) {
        const Identity identity = identity_of(number);
        Bytes file = encrypt(as_bytes("secret"), {identity.recipient()}, random).value();
        for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
            const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
            file[bit / 8] ^= mask;
            CHECK(!decrypt(file, {identity}));
            file[bit / 8] ^= mask;
        }
        CHECK(decrypt(file, {identity}));
    }
}

TEST_CASE("a file that was cut or lengthened is refused") {
    SeededRandom random(3);
    const Identity identity = identity_of(6);
    const Bytes plaintext = random_bytes(70'000, random);
    const Bytes file = encrypt(plaintext, {identity.recipient()}, random).value();
    const bool holds = rc::check([&] {
        const auto size = *rc::gen::inRange<std::size_t>(0, file.size());
        RC_ASSERT(!decrypt(ByteView(file).first(size), {identity}));
        Bytes longer = file;
        longer.resize(file.size() + 1 + size % 100);
        RC_ASSERT(!decrypt(longer, {identity}));
    });
    CHECK(holds);
}
