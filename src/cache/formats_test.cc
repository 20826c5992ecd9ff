#include "base/encoding.h"
#include "cache/base32.h"
#include "cache/cache_info.h"
#include "cache/nar_hash.h"
#include "cache/store_path.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;
using namespace ducksnest::cache;

TEST_CASE("base 32 is Nix's own") {
    // What `nix hash to-base32` makes of the SHA-256 of nothing.
    const Sha256 empty = sha256({});
    CHECK(encode_base32(empty) == "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73");
    CHECK(decode_base32(encode_base32(empty), 32).value() == Bytes(empty.begin(), empty.end()));
    CHECK(encode_base32(Bytes{}).empty());
    CHECK(encode_base32(Bytes{0x1f}) == "0z");
    CHECK(decode_base32("7z", 1).value() == Bytes{0xff});
}

TEST_CASE("base 32 has one spelling") {
    CHECK(decode_base32("8z", 1).error().message == "`8z` has more bits than it may have");
    CHECK(decode_base32("z", 1).error().message == "`z` is not 2 digits of base 32");
    CHECK(
        decode_base32("0e", 1).error().message ==
        "`0e` has a letter that is no digit of Nix's base 32"
    );
}

TEST_CASE("a hash is read in every spelling and written in one") {
    const Sha256 empty = sha256({});
    const std::string text = "sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";
    CHECK(format_hash(empty) == text);
    CHECK(parse_hash(text).value() == empty);
    CHECK(parse_hash("sha256:" + encode_hex(empty)).value() == empty);
    CHECK(parse_hash("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").value() == empty);
    for (const std::string wrong : {"", "sha256", "sha256:", "sha512:00", "sha256-AAAA"}) {
        CHECK(parse_hash(wrong).error().message == "`" + wrong + "` is not a SHA-256 of Nix");
    }
}

TEST_CASE("store paths follow Nix's rules for names") {
    const std::string hash = "0c4zr0nr1r2a1gjgmfmv0wnhlpmmcxkv";
    const StorePath path = StorePath::parse("/nix/store/" + hash + "-hello-2.12").value();
    CHECK(path.hash() == hash);
    CHECK(path.name() == "hello-2.12");
    CHECK(path.text() == "/nix/store/" + hash + "-hello-2.12");
    CHECK(StorePath::parse_name(hash + "-A+-._?=z").has_value());
    CHECK(StorePath::parse_name(hash + "-.config").has_value());
    CHECK(StorePath::parse_name(hash + "-" + std::string(211, 'n')).has_value());

    const auto why = [](const std::string& name) {
        return StorePath::parse_name(name).error().message.substr(
            std::string("store path `` ").size() + name.size()
        );
    };
    CHECK(why(hash + "-") == "has no name behind its hash");
    CHECK(why(hash) == "does not begin with a hash of 32 digits and a dash");
    CHECK(why("e" + hash.substr(1) + "-x") == "does not begin with a hash of 32 digits and a dash");
    CHECK(why(hash + "_x") == "does not begin with a hash of 32 digits and a dash");
    CHECK(why(hash + "-" + std::string(212, 'n')) == "has a name longer than 211 letters");
    CHECK(why(hash + "-a b") == "has a letter that store paths must not have");
    CHECK(why(hash + "-a/b") == "has a letter that store paths must not have");
    CHECK(why(hash + "-..") == "has a name that looks like a way up");
    CHECK(why(hash + "-.-x") == "has a name that looks like a way up");
    CHECK(
        StorePath::parse("/gnu/store/" + hash + "-x").error().message ==
        "`/gnu/store/" + hash + "-x` is not a path of /nix/store"
    );
    CHECK_FALSE(StorePath::parse("/nix/store/" + hash + "-x/bin"));
}

TEST_CASE("nix-cache-info is read and written") {
    const std::string text = "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 30\n";
    CHECK(format_cache_info({}) == text);
    CHECK(parse_cache_info(text).value() == CacheInfo{});
    CHECK(
        parse_cache_info("StoreDir: /gnu/store\n").error().message ==
        "the cache is for a store in `/gnu/store`"
    );
}
