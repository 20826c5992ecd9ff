#include "base/encoding.h"
#include "pki/der.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::pki;
using der::Tag;

TEST_CASE("lengths take the shortest form") {
    const auto header = [](std::size_t size) {
        der::Writer writer;
        writer.value(Tag::octet_string, Bytes(size));
        return encode_hex(ByteView(writer.bytes()).first(writer.bytes().size() - size));
    };
    CHECK(header(0) == "0400");
    CHECK(header(127) == "047f");
    CHECK(header(128) == "048180");
    CHECK(header(255) == "0481ff");
    CHECK(header(256) == "04820100");
    CHECK(header(65536) == "0483010000");
}

TEST_CASE("integers stay positive and short, and read back") {
    const auto encoded = [](std::uint64_t value) {
        der::Writer writer;
        writer.integer(value);
        der::Reader reader(writer.bytes());
        CHECK(reader.integer("x").value() == value);
        CHECK(reader.at_end());
        return encode_hex(writer.bytes());
    };
    CHECK(encoded(0) == "020100");
    CHECK(encoded(127) == "02017f");
    CHECK(encoded(128) == "02020080");
    CHECK(encoded(0x7fffffffffffffff) == "02087fffffffffffffff");
    CHECK(encoded(0xffffffffffffffff) == "020900ffffffffffffffff");
}

TEST_CASE("nested values") {
    der::Writer writer;
    writer.sequence([&] {
        writer.boolean(true);
        writer.constructed(Tag::set, [&] { writer.utf8("é"); });
        writer.bit_string(Bytes{0xaa});
    });
    CHECK(encode_hex(writer.bytes()) == "300d0101ff31040c02c3a9030200aa");
}

TEST_CASE("what is not DER is refused") {
    const auto message = [](const char* hex) {
        const Bytes bytes = decode_hex(hex).value();
        return der::Reader(bytes).next().error().message;
    };
    CHECK(message("") == "the DER data ends early");
    CHECK(message("30") == "the DER data ends early");
    CHECK(message("3002aa") == "the DER data ends early");
    CHECK(message("3080aa0000") == "the DER data has a length that is not definite");
    CHECK(message("308501000000aa") == "the DER data has a length that is not definite");
    CHECK(message("04810100") == "the DER data has a length that is not the shortest");
    CHECK(message("0482008100") == "the DER data has a length that is not the shortest");
    CHECK(message("1f8101") == "the DER data has a tag of more than one octet");
    const auto integer = [](const char* hex) {
        const Bytes bytes = decode_hex(hex).value();
        return der::Reader(bytes).integer("the serial number").error().message;
    };
    CHECK(integer("0200") == "the serial number is no positive number in its shortest form");
    CHECK(integer("0201ff") == "the serial number is no positive number in its shortest form");
    CHECK(integer("02020001") == "the serial number is no positive number in its shortest form");
    CHECK(integer("0209010000000000000000") == "the serial number is a number too large");
    CHECK(integer("0401aa") == "the serial number is missing or of another type");
    const Bytes two = decode_hex("01010001").value();
    CHECK(der::Reader(two).boolean("a flag").value() == false);
    const Bytes odd = decode_hex("010101").value();
    CHECK(der::Reader(odd).boolean("a flag").error().message == "a flag is no boolean");
    CHECK(der::Reader(odd).finish("it").error().message == "it has something after its end");
}
