#include "deploy/gate.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::deploy;

TEST_CASE("the gate lets a deployment's verbs through, word for word") {
    const std::vector<std::string> words = {
        "ducksnest", "activate", "lock", "--holder", "it's a duck; $(id) \"", "--token", "t"
    };
    std::string line;
    for (const std::string& word : words) {
        line += (line.empty() ? "" : " ") + quote_word(word);
    }
    const auto passed = pass_gate(line, Copies::refused);
    REQUIRE(passed);
    CHECK(*passed == words);
}

TEST_CASE("the gate refuses everything else") {
    for (const char* line :
         {"",
          "sh",
          "ducksnest",
          "ducksnest activate",
          "ducksnest activate gate",
          "ducksnest activate work switch",
          "ducksnest activate resume",
          "ducksnest certs open",
          "ducksnest activate status; id",
          "ducksnest activate status && id",
          "ducksnest activate status $(id)",
          "ducksnest activate status `id`",
          "ducksnest activate status > /etc/passwd",
          "ducksnest activate status\nid",
          "ducksnest activate status 'open",
          "ducksnest activate status \\",
          "/bin/ducksnest activate status",
          "nix-store --serve --write",
          "nix-store --serve"}) {
        CAPTURE(line);
        const auto passed = pass_gate(line, Copies::refused);
        REQUIRE(!passed);
        CHECK(passed.error().code == ErrorCode::denied);
    }
    CHECK(
        pass_gate("id", Copies::refused).error().message == "a deployment's key may not run `id`"
    );
}

TEST_CASE("copies come through the gate only where they are allowed") {
    CHECK(pass_gate("nix-store --serve --write", Copies::allowed));
    CHECK(!pass_gate("nix-store --serve --write --extra", Copies::allowed));
    CHECK(!pass_gate("nix-store --add /etc/shadow", Copies::allowed));
}
