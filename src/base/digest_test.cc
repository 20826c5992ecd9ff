#include "base/digest.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;

TEST_CASE("SHA-256 of one piece and of many (FIPS 180-4 example \"abc\")") {
    const std::string expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    CHECK(encode_hex(sha256(as_bytes("abc"))) == expected);
    Sha256Hasher hasher;
    for (int round = 0; round < 2; ++round) {
        hasher.update(as_bytes("a"));
        hasher.update({});
        hasher.update(as_bytes("bc"));
        CHECK(encode_hex(hasher.finish()) == expected);
    }
    CHECK(hasher.finish() == sha256({}));
}

TEST_CASE("HMAC-SHA-256 (RFC 4231 test cases 2 and 6)") {
    CHECK(
        encode_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    CHECK(
        encode_hex(hmac_sha256(
            Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")
        )) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}
