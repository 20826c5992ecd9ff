#include "age/bech32.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;
using namespace ducksnest::age;

TEST_CASE("bech32 takes the vectors of BIP 173 whose data are bytes") {
    // The specification gives more texts; their data is not a whole number of bytes.
    for (const std::string_view text :
         {"A12UEL5L",
          "a12uel5l",
          "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5t"
          "gs"}) {
        const Bech32 decoded = decode_bech32(text).value();
        CHECK(decoded.bytes.empty());
        CHECK(encode_bech32(decoded.prefix, decoded.bytes) == text);
    }
}

TEST_CASE("bech32 goes both ways in either case") {
    const Bytes bytes = {0, 1, 2, 253, 254, 255};
    for (const std::string_view prefix : {"age", "AGE-SECRET-KEY-"}) {
        const Bech32 decoded = decode_bech32(encode_bech32(prefix, bytes)).value();
        CHECK(decoded.prefix == prefix);
        CHECK(decoded.bytes == bytes);
    }
}

TEST_CASE("bech32 refuses what is not canonical") {
    struct Case {
        std::string_view text;
        std::string_view message;
    };
    constexpr Case cases[] = {
        {"A12uEL5L", "bech32 text mixes upper and lower case"},
        {"10a06t8", "bech32 text has no `1` between prefix and data"},
        {"pzry9x0s0muk", "bech32 text has no `1` between prefix and data"},
        {"1pzry9x0s0muk", "bech32 text has no `1` between prefix and data"},
        {"li1dgmbt3dg", "bech32 text has a character outside its alphabet"},
        {"a12uel5", "bech32 text has no `1` between prefix and data"},
        {"x1b4n0q5v", "bech32 text has a character outside its alphabet"},
        {"a b12uel5l", "bech32 text has a character outside its alphabet"},
        {"a12uel5q", "bech32 text has a wrong checksum"},
        {"A1G7SGD8", "bech32 text has a wrong checksum"},
        {"a1qpamnt9j", "bech32 text is not canonical: it has padding that is not zero"},
        {"a1q3g6mn3", "bech32 text is not canonical: it has padding that is not zero"},
    };
    for (const auto& [text, message] : cases) {
        CAPTURE(text);
        const auto refused = decode_bech32(text);
        REQUIRE(!refused);
        CHECK(refused.error().message == message);
    }
}
