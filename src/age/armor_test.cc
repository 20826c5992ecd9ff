#include "age/armor.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;
using namespace ducksnest::age;

namespace {

const std::string begin_line = "-----BEGIN AGE ENCRYPTED FILE-----\n";
const std::string end_line = "-----END AGE ENCRYPTED FILE-----\n";

std::string refusal(const std::string& text) {
    const auto bytes = decode_armor(as_bytes(text));
    return bytes ? "" : bytes.error().message;
}

} // namespace

TEST_CASE("armor is recognised by its first mark") {
    CHECK(is_armored(as_bytes(begin_line)));
    CHECK(is_armored(as_bytes("\n \t" + begin_line)));
    CHECK(!is_armored(as_bytes("age-encryption.org/v1\n")));
    CHECK(!is_armored({}));
}

TEST_CASE("armor may have either line end and white space around it") {
    for (const std::string& text :
         {begin_line + "QUJD\n" + end_line,
          "\n\r\n" + begin_line + "QUJD\r\n" + end_line + " \n\n",
          begin_line + "QUJD\n-----END AGE ENCRYPTED FILE-----"}) {
        CHECK(as_text(decode_armor(as_bytes(text)).value()) == "ABC");
    }
    CHECK(decode_armor(as_bytes(begin_line + end_line)).value().empty());
    const std::string padded = encode_base64(Bytes(46, 1));
    REQUIRE(padded.size() == 64);
    CHECK(decode_armor(as_bytes(begin_line + padded + "\n" + end_line)).value().size() == 46);
}

TEST_CASE("armor that has another spelling is refused") {
    struct Case {
        std::string text;
        std::string_view message;
    };
    const std::string full = encode_base64(Bytes(48, 1)) + "\n";
    const std::string_view no_begin =
        "the armor does not start with `-----BEGIN AGE ENCRYPTED FILE-----`";
    const std::string_view line = "a line of the armor is malformed";
    const Case cases[] = {
        {" " + begin_line + end_line, no_begin},
        {"x" + begin_line + end_line, no_begin},
        {"-----BEGIN AGE ENCRYPTED FILE----- \n" + end_line, no_begin},
        {std::string(1025, '\n') + begin_line + end_line,
         "there is too much white space before the armor"},
        {begin_line + "QUJD\nQUJD\n" + end_line, line},
        {begin_line + "\n" + end_line, line},
        {begin_line + full + "\n" + end_line, line},
        {begin_line + " QUJD\n" + end_line, line},
        {begin_line + "QUJD \n" + end_line, line},
        {begin_line + "QUI\n" + end_line, line},
        {begin_line + "QUJ=\n" + end_line, line},
        {begin_line + encode_base64(Bytes(51, 1)) + "\n" + end_line, line},
        {begin_line + "Version: 1\n\nQUJD\n" + end_line, line},
        {begin_line + "QUJD\n", "the armor was cut off: it has no end line"},
        {begin_line + "QUJD\n" + end_line + "x", "there is more after the armor"},
        {begin_line + "QUJD\n" + end_line + std::string(1024, '\n'),
         "there is too much white space after the armor"},
    };
    for (const auto& [text, message] : cases) {
        CAPTURE(text);
        CHECK(refusal(text) == message);
    }
}
