#include "cache/narinfo.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;
using namespace ducksnest::cache;

namespace {

const std::string hash_a = "0c4zr0nr1r2a1gjgmfmv0wnhlpmmcxkv";
const std::string hash_b = "1c4zr0nr1r2a1gjgmfmv0wnhlpmmcxkv";
const std::string digest = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";

std::string sample() {
    return "StorePath: /nix/store/" + hash_a +
           "-hello-2.12\n"
           "URL: nar/abc.nar.zst\n"
           "Compression: zstd\n"
           "FileHash: sha256:" +
           digest +
           "\n"
           "FileSize: 1234\n"
           "NarHash: sha256:" +
           digest +
           "\n"
           "NarSize: 5678\n"
           "References: " +
           hash_a + "-hello-2.12 " + hash_b +
           "-glibc\n"
           "Deriver: " +
           hash_b +
           "-hello.drv\n"
           "Sig: one-1:AAAA\n"
           "Sig: two-1:BBBB\n"
           "CA: fixed:r:sha256:abc\n";
}

std::string without(const std::string& key) {
    std::string text = sample();
    const std::size_t begin = text.find("\n" + key + ": ") + 1;
    return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

std::string refusal(const std::string& text) {
    const auto parsed = parse_narinfo(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::corrupt);
    return parsed.error().message;
}

} // namespace

TEST_CASE("a narinfo is written as it was read") {
    const Narinfo narinfo = parse_narinfo(sample()).value();
    CHECK(narinfo.path.name() == "hello-2.12");
    CHECK(narinfo.nar_size == 5678);
    CHECK(narinfo.references.size() == 2);
    CHECK(narinfo.signatures == std::vector<std::string>{"one-1:AAAA", "two-1:BBBB"});
    CHECK(format_narinfo(narinfo) == sample());
    CHECK(narinfo_key(narinfo.path) == hash_a + ".narinfo");
}

TEST_CASE("the fingerprint is what Nix signs") {
    CHECK(
        fingerprint(parse_narinfo(sample()).value()) ==
        "1;/nix/store/" + hash_a + "-hello-2.12;sha256:" + digest + ";5678;/nix/store/" + hash_a +
            "-hello-2.12,/nix/store/" + hash_b + "-glibc"
    );
}

TEST_CASE("what is not needed may be missing") {
    const Narinfo narinfo =
        parse_narinfo(
            "StorePath: /nix/store/" + hash_a + "-x\nURL: nar/x.nar\nNarHash: sha256:" + digest +
            "\nNarSize: 1\nReferences: \nDeriver: unknown-deriver\nSystem: x86_64-linux\n"
        )
            .value();
    CHECK(narinfo.compression == "bzip2");
    CHECK(narinfo.references.empty());
    CHECK(narinfo.deriver.empty());
    CHECK_FALSE(narinfo.file_hash);
}

TEST_CASE("what is needed must be there") {
    CHECK(refusal("") == "invalid narinfo: no `StorePath`");
    CHECK(refusal(without("URL")) == "invalid narinfo: no `URL`");
    CHECK(refusal(without("NarHash")) == "invalid narinfo: no `NarHash`");
    CHECK(refusal(without("NarSize")) == "invalid narinfo: no `NarSize`");
}

TEST_CASE("a damaged narinfo is refused with its line") {
    CHECK(
        refusal(sample().substr(0, 300)) ==
        "invalid narinfo: line 8: it does not end, the file was cut"
    );
    CHECK(refusal("duck\n" + sample()) == "invalid narinfo: line 1: there is no `: ` in it");
    CHECK(refusal(sample() + "NarSize: 1\n") == "invalid narinfo: line 13: `NarSize` comes twice");
    CHECK(refusal("NarSize: -1\n") == "invalid narinfo: line 1: `-1` is not a size");
    CHECK(
        refusal("StorePath: /etc/passwd\n") ==
        "invalid narinfo: line 1: `/etc/passwd` is not a path of /nix/store"
    );
    CHECK(
        refusal("References: ../x\n") ==
        "invalid narinfo: line 1: store path `../x` does not begin with a hash of 32 digits and a "
        "dash"
    );
    CHECK(refusal(std::string("URL: a\0b\n", 9)) == "invalid narinfo: line 1: it has a NUL");
}
