#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace ducksnest;

TEST_CASE("base64 follows the vectors of RFC 4648 section 10") {
    struct Vector {
        std::string_view plain;
        std::string_view encoded;
    };
    constexpr Vector vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [plain, encoded] : vectors) {
        CHECK(encode_base64(as_bytes(plain)) == encoded);
        CHECK(as_text(decode_base64(encoded).value()) == plain);
    }
}

TEST_CASE("base64 refuses what has more than one spelling") {
    CHECK(!decode_base64("Zg").has_value());
    CHECK(!decode_base64("Zh==").has_value());
    CHECK(!decode_base64("Zg==\n").has_value());
    CHECK(!decode_base64("====").has_value());
    CHECK(!decode_base64_unpadded("Zg==").has_value());
    CHECK(!decode_base64_unpadded("Z").has_value());
}

TEST_CASE("hexadecimal goes both ways") {
    CHECK(encode_hex(as_bytes("\x01\xab")) == "01ab");
    CHECK(as_text(decode_hex("6869").value()) == "hi");
    CHECK(!decode_hex("6").has_value());
    CHECK(!decode_hex("zz").has_value());
}
