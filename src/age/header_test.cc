#include "age/header.h"
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;
using namespace ducksnest::age;

namespace {

const std::string version = "age-encryption.org/v1\n";
const std::string stanza = "-> X25519 abc\nQUJD\n";
const std::string footer = "--- " + std::string(43, 'A') + "\n";

std::string refusal(const std::string& text) {
    const auto header = parse_header(as_bytes(text));
    return header ? "" : describe(header.error());
}

} // namespace

TEST_CASE("a header is read up to the first byte of the nonce") {
    const std::string text = version + stanza + "-> grease\n\n" + footer + "nonce";
    const Header header = parse_header(as_bytes(text)).value();
    REQUIRE(header.stanzas.size() == 2);
    CHECK(header.stanzas[0].type == "X25519");
    CHECK(header.stanzas[0].arguments == std::vector<std::string>{"abc"});
    CHECK(as_text(header.stanzas[0].body) == "ABC");
    CHECK(header.stanzas[1].body.empty());
    CHECK(text.substr(header.size) == "nonce");
    CHECK(text.substr(0, header.authenticated_size).ends_with("---"));
}

TEST_CASE("a body of whole lines ends with an empty one") {
    for (const std::size_t size : {0U, 1U, 47U, 48U, 49U, 96U, 384U}) {
        CAPTURE(size);
        const Stanza written{.type = "ssh-rsa", .arguments = {"tag"}, .body = Bytes(size, 7)};
        Bytes text;
        append_version_line(text);
        append_stanza(text, written);
        append_footer(text, FileKey{});
        const Header header = parse_header(text).value();
        REQUIRE(header.stanzas.size() == 1);
        CHECK(header.stanzas[0].body == written.body);
        CHECK(verify_mac(text, header, FileKey{}));
    }
}

TEST_CASE("a broken header is refused with what is wrong in it") {
    struct Case {
        std::string text;
        std::string_view message;
    };
    const std::string long_line(68, 'A');
    const Case cases[] = {
        {"", "this is not an age file"},
        {"age-encryption.org/v1\r\n" + stanza + footer, "this version of age files is not supported"
        },
        {"age-encryption.org/v2\n" + stanza + footer, "this version of age files is not supported"},
        {version, "the file ends in the middle of the header"},
        {version + stanza, "the file ends in the middle of the header"},
        {version + stanza + "--- AAAA", "the file ends in the middle of the header"},
        {version + "-> \n\n" + footer, "a recipient line is malformed"},
        {version + "->\n\n" + footer, "a recipient line is malformed"},
        {version + "-> a  b\n\n" + footer, "a recipient line is malformed"},
        {version + "-> a b \n\n" + footer, "a recipient line is malformed"},
        {version + "-> a \x7f\n\n" + footer, "a recipient line is malformed"},
        {version + "- a\n\n" + footer, "a recipient line is malformed"},
        {version + "-> a\n" + long_line + "\n\n" + footer, "the body of a recipient is malformed"},
        {version + "-> a\nQUI=\n" + footer, "the body of a recipient is malformed"},
        {version + "-> a\nQUJ\n" + footer, "the body of a recipient is malformed"},
        {version + "-> a\nQUJD\r\n" + footer, "the body of a recipient is malformed"},
        {version + "-> a\n" + footer, "the body of a recipient is malformed"},
        {version + stanza + "---\n", "the last line of the header is malformed"},
        {version + stanza + "---" + std::string(43, 'A') + "\n",
         "the last line of the header is malformed"},
        {version + stanza + "--- AAAA\n", "the last line of the header is malformed"},
        {version + stanza + "---  " + std::string(43, 'A') + "\n",
         "the last line of the header is malformed"},
        {version + stanza + "--- " + std::string(42, 'A') + "B\n",
         "the last line of the header is malformed"},
    };
    for (const auto& [text, message] : cases) {
        CAPTURE(text);
        CHECK(refusal(text) == message);
    }
}

TEST_CASE("absurd headers are refused early") {
    std::string many = version;
    for (int i = 0; i < 1025; ++i) {
        many += "-> a\n\n";
    }
    CHECK(refusal(many + footer) == "the header has more than 1,024 recipients");
    const std::string long_argument(std::size_t{1} << 20U, 'a');
    CHECK(refusal(version + "-> " + long_argument) == "the header is larger than 1 MiB");
}

TEST_CASE("a header that was altered does not pass for the one that was written") {
    Bytes text;
    append_version_line(text);
    append_stanza(text, {.type = "a", .arguments = {"b"}, .body = {}});
    append_footer(text, FileKey{});
    text[version.size() + 5] = 'c';
    const auto verified = verify_mac(text, parse_header(text).value(), FileKey{});
    REQUIRE(!verified);
    CHECK(verified.error().code == ErrorCode::corrupt);
    CHECK(verified.error().message == "the header was altered after it was written");
}
