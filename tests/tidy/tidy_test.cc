#include "repository.h"
#include "rules.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest::tidy;

namespace {

/// The findings as lines, to compare with what a reader would see.
std::vector<std::string> lines(const Findings& findings) {
    std::vector<std::string> shown;
    std::ranges::transform(findings, std::back_inserter(shown), to_string);
    return shown;
}

void check_one(const Findings& findings, const std::string& expected) {
    CHECK(lines(findings) == std::vector{expected});
}

} // namespace

TEST_CASE("the repository keeps the rules of the house") {
    const auto files = read_repository(DUCKSNEST_SOURCE_DIR);
    REQUIRE(files.size() > 50);
    std::string shown;
    for (const std::string& line : lines(check_all(files))) {
        shown += line + "\n";
    }
    CHECK(shown == "");
}

TEST_CASE("the world outside is named in src/io and in tests only") {
    const std::string call = "const auto now = std::chrono::system_clock::now();\n";
    check_one(
        check_layers({"src/net/a.cc", "\n" + call}),
        "src/net/a.cc:2: error: `_clock::now` is banned outside src/io, use the Clock door"
    );
    check_one(
        check_layers({"src/net/a.cc", "#include <fstream>\n"}),
        "src/net/a.cc:1: error: `<fstream>` is banned outside src/io, use the Files door"
    );
    check_one(
        check_layers({"src/sim/a.cc", "#include <sys/stat.h>\n"}),
        "src/sim/a.cc:1: error: `<sys/` is banned outside src/io, use a door of ports/"
    );
    check_one(
        check_layers({"src/sim/a.cc", "std::uniform_int_distribution<int> die(1, 6);\n"}),
        "src/sim/a.cc:1: error: `_distribution` is banned outside src/io, use Prng::below or "
        "Prng::between"
    );
    CHECK(check_layers({"src/io/a.cc", call}).empty());
    CHECK(check_layers({"src/net/a_test.cc", call}).empty());
    CHECK(check_layers({"src/net/a.cc", "// no system_clock::now here\n"}).empty());
    CHECK(check_layers({"src/net/a.cc", "int my_getenv_like = 0;\n"}).empty());
}

TEST_CASE("includes follow the arrows") {
    check_one(
        check_include_direction({"src/base/a.cc", "#include \"net/address.h\"\n"}),
        "src/base/a.cc:1: error: `base` must not include `net`"
    );
    check_one(
        check_include_direction({"src/newcomer/a.cc", ""}),
        "src/newcomer/a.cc: error: folder `newcomer` has no place in the arrows"
    );
    CHECK(check_include_direction({"src/net/a.cc", "#include \"base/text.h\"\n"}).empty());
    CHECK(check_include_direction({"src/net/a.cc", "#include \"net/address.h\"\n"}).empty());
    CHECK(check_include_direction({"src/app/a.cc", "#include \"sim/world.h\"\n"}).empty());
}

TEST_CASE("heavy headers stay in .cc files") {
    check_one(
        check_heavy_headers({"src/base/a.h", "#include <openssl/evp.h>\n"}),
        "src/base/a.h:1: error: `<openssl/` is banned in headers, include it in a .cc file"
    );
    CHECK(check_heavy_headers({"src/base/a.cc", "#include <openssl/evp.h>\n"}).empty());
}

TEST_CASE("files stay small") {
    std::string tall;
    for (int i = 0; i <= 500; ++i) {
        tall += "\n";
    }
    check_one(
        check_size({"src/base/a.cc", tall}), "src/base/a.cc: error: 501 lines, more than 500"
    );
    check_one(
        check_size({"src/base/a.cc", std::string(101, 'x') + "\n"}),
        "src/base/a.cc:1: error: 101 columns, more than 100"
    );
    check_one(
        check_size({"docs/a.png", std::string((64UL * 1024) + 1, '\0')}),
        "docs/a.png: error: larger than 64 KiB"
    );
    const std::string raw = "R\"(\n" + std::string(120, 'x') + "\n)\"\n";
    CHECK(check_size({"src/base/a.cc", raw}).empty());
    check_one(
        check_size({"src/base/a.cc", raw + std::string(101, 'x') + "\n"}),
        "src/base/a.cc:4: error: 101 columns, more than 100"
    );
    std::string korean;
    for (int i = 0; i < 100; ++i) {
        korean += "오";
    }
    CHECK(check_size({"src/base/a.cc", korean + "\n"}).empty());
}

TEST_CASE("text is clean") {
    check_one(check_text({"a.md", "one \n"}), "a.md:1: error: white space at the end of the line");
    check_one(check_text({"a.md", "one"}), "a.md: error: no newline at the end");
    check_one(
        check_text(
            {"a.cc",
             "// FIX"
             "ME later\n"}
        ),
        "a.cc:1: error: `FIX"
        "ME` is banned, do it or drop it"
    );
    check_one(
        check_text(
            {"a.cc",
             "// HA"
             "CK\n"}
        ),
        "a.cc:1: error: `HA"
        "CK` is banned, do it or drop it"
    );
    check_one(
        check_text(
            {"a.cc",
             "// TO"
             "DO: more\n"}
        ),
        "a.cc:1: error: `TO"
        "DO` needs a topic: `TO"
        "DO(topic): …`"
    );
    CHECK(check_text({"a.cc",
                      "// TO"
                      "DO(cache): more\n"})
              .empty());
}

TEST_CASE("paths of one machine do not travel") {
    check_one(
        check_machine_paths(
            {"a.md",
             "see /ho"
             "me/duck/x\n"}
        ),
        "a.md:1: error: a path of one machine: `/ho"
        "me/`"
    );
    CHECK(check_machine_paths({"a.md",
                               "https://example.com/ho"
                               "me/x\n"})
              .empty());
    CHECK(check_machine_paths({"a.md",
                               "build/wo"
                               "rk/x\n"})
              .empty());
}

TEST_CASE("private keys are found, talk about them is not") {
    const std::string header = "-----BEGIN OPENSSH PRIVATE "
                               "KEY-----";
    const std::string body(64, 'b');
    check_one(
        check_keys({"secrets/a", "\n" + header + "\n" + body + "\n"}),
        "secrets/a:2: error: private key material in the repository"
    );
    check_one(
        check_keys({"a_test.cc", "\"" + header + "\\n\"\n    \"" + body + "\\n\""}),
        "a_test.cc:1: error: private key material in the repository"
    );
    check_one(
        check_keys(
            {"a.txt",
             "AGE-SECRET-"
             "KEY-1" +
                 std::string(58, 'Q') + "\n"}
        ),
        "a.txt:1: error: an age identity in the repository"
    );
    CHECK(check_keys({"a.cc", "text.starts_with(\"" + header + "\")"}).empty());
    CHECK(check_keys({"a.md",
                      "AGE-SECRET-"
                      "KEY-1…\n"})
              .empty());
}

TEST_CASE("every source is part of the build") {
    const std::vector<SourceText> files = {
        {"src/a/CMakeLists.txt", "ducksnest_module(NAME a SOURCES used.cc HEADERS testing/b.h)\n"},
        {"src/a/used.cc", ""},
        {"src/a/testing/b.h", ""},
        {"src/a/shared.h", ""},
        {"src/a/lost.cc", "#include \"a/shared.h\"\n"},
    };
    check_one(check_dead_files(files), "src/a/lost.cc: error: no CMakeLists.txt names this file");
}
