#include "age/bcrypt_pbkdf.h"
#include "age/blowfish.h"
#include "age/pi_digits.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace ducksnest;
using namespace ducksnest::age;

TEST_CASE("pi has the digits Blowfish starts from") {
    const std::vector<std::uint32_t> digits = pi_fraction(18 + 1024);
    CHECK(digits[0] == 0x243f6a88);
    CHECK(digits[1] == 0x85a308d3);
    CHECK(digits[2] == 0x13198a2e);
    CHECK(digits[17] == 0x8979fb1b);
    CHECK(digits[18] == 0xd1310ba6);
    CHECK(digits[1041] == 0x3ac372e6);
    CHECK(pi_fraction(1) == std::vector<std::uint32_t>{0x243f6a88});
}

TEST_CASE("Blowfish follows its author's test vectors") {
    struct Vector {
        std::string_view key;
        Blowfish::Block plain;
        Blowfish::Block sealed;
    };
    constexpr Vector vectors[] = {
        {"0000000000000000", {0, 0}, {0x4ef99745, 0x6198dd78}},
        {"ffffffffffffffff", {0xffffffff, 0xffffffff}, {0x51866fd5, 0xb85ecb8a}},
        {"3000000000000000", {0x10000000, 0x00000001}, {0x7d856f9a, 0x613063f2}},
        {"0123456789abcdef", {0x11111111, 0x11111111}, {0x61f9c380, 0x2281b096}},
    };
    for (const auto& [key, plain, sealed] : vectors) {
        Blowfish cipher;
        cipher.expand(decode_hex(key).value());
        const Blowfish::Block block = cipher.encrypt(plain);
        CHECK(block.left == sealed.left);
        CHECK(block.right == sealed.right);
    }
}

TEST_CASE("bcrypt_pbkdf gives the known keys") {
    const auto derive = [](std::uint32_t rounds, std::size_t size) {
        return encode_hex(bcrypt_pbkdf(as_bytes("password"), as_bytes("salt"), rounds, size).view()
        );
    };
    CHECK(derive(4, 32) == "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9");
    CHECK(derive(12, 32) == "1ae42c05d487bc02f64921a4ebe4ea93bcacfe135fda99974c06b7b01fae149a");
}
