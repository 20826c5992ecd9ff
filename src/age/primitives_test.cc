#include "age/primitives.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::age;

TEST_CASE("HKDF follows test case 3 of RFC 5869") {
    const Bytes input(22, 0x0b);
    CHECK(
        encode_hex(hkdf_sha256(input, {}, "").view()) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    );
}

TEST_CASE("HMAC follows test case 2 of RFC 4231") {
    CHECK(
        encode_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

TEST_CASE("HMAC with a key longer than a block follows test case 6 of RFC 4231") {
    CHECK(
        encode_hex(hmac_sha256(
            Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")
        )) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}

TEST_CASE("X25519 follows the first vector of RFC 7748 section 5.2") {
    const auto scalar = key_from<32>(
        decode_hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4").value()
    );
    const Bytes point =
        decode_hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c").value();
    CHECK(
        encode_hex(x25519(scalar, point)->view()) ==
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    );
}

TEST_CASE("points of low order have no product") {
    Key32 scalar;
    scalar.bytes.fill(9);
    Point zero{};
    CHECK(!x25519(scalar, zero));
    Point one{1};
    CHECK(!x25519(scalar, one));
    Point base{9};
    CHECK(x25519(scalar, base)->bytes == x25519_base(scalar));
}

TEST_CASE("scalars commute, which encryption to ssh-ed25519 keys relies on") {
    Key32 a;
    Key32 b;
    for (std::uint8_t i = 0; i < 32; ++i) {
        a.bytes[i] = static_cast<std::uint8_t>(3 * i + 1);
        b.bytes[i] = static_cast<std::uint8_t>(7 * i + 5);
    }
    const Point base{9};
    const auto ab = x25519(a, x25519(b, base)->view());
    const auto ba = x25519(b, x25519(a, base)->view());
    CHECK(ab->bytes == ba->bytes);
}

TEST_CASE("sealed bytes open with their key, nonce and tag only") {
    Key32 key;
    key.bytes.fill(1);
    Bytes sealed(5 + aead_tag_size);
    seal(key, Nonce{}, as_bytes("quack"), sealed);
    Bytes opened(5);
    CHECK(open(key, Nonce{}, sealed, opened));
    CHECK(as_text(opened) == "quack");
    CHECK(!open(key, Nonce{1}, sealed, opened));
    sealed.back() ^= 1;
    CHECK(!open(key, Nonce{}, sealed, opened));
}
