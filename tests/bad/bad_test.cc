#include "app/examine.h"
#include "corpus.h"
#include "model/codes.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

using namespace ducksnest;

namespace {

bool accepting() {
    const char* accept = std::getenv("DUCKSNEST_ACCEPT");
    return accept != nullptr && std::string(accept) == "1";
}

} // namespace

TEST_CASE("every bad homelab.toml gets exactly its messages") {
    const std::vector<bad::Case> cases = bad::all_cases();
    CHECK(cases.size() >= 60);
    for (const bad::Case& bad : cases) {
        CAPTURE(bad.name);
        const app::Examined examined = app::examine("homelab.toml", bad.text);
        REQUIRE_FALSE(examined.diagnostics.empty());
        const std::string shown = diag::render_all(examined.diagnostics, examined.sources);
        if (accepting()) {
            std::ofstream(bad.expected_path, std::ios::binary) << shown;
        }
        CHECK(shown == bad::read_text(bad.expected_path));
        CHECK(examined.homelab.has_value() != diag::has_errors(examined.diagnostics));
    }
}

TEST_CASE("the codes of the corpus are those of the registry") {
    std::set<std::string> emitted;
    for (const bad::Case& bad : bad::all_cases()) {
        for (const auto& diagnostic : app::examine("homelab.toml", bad.text).diagnostics) {
            emitted.insert(diagnostic.code);
        }
    }
    std::set<std::string> registered;
    for (const model::Code& code : model::codes()) {
        CHECK_MESSAGE(
            registered.insert(std::string(code.id)).second, code.id, " is registered twice"
        );
        CHECK_MESSAGE(
            emitted.contains(std::string(code.id)), "no file of tests/bad shows ", code.id
        );
    }
    for (const std::string& code : emitted) {
        CHECK_MESSAGE(registered.contains(code), code, " is not registered");
    }
}

TEST_CASE("every expectation belongs to a case") {
    std::set<std::string> expected;
    for (const bad::Case& bad : bad::all_cases()) {
        expected.insert(bad.expected_path);
    }
    for (const auto& entry :
         std::filesystem::directory_iterator(DUCKSNEST_SOURCE_DIR "/tests/bad")) {
        if (entry.path().extension() == ".expected") {
            CHECK_MESSAGE(expected.contains(entry.path()), entry.path().string());
        }
    }
}

TEST_CASE("no message repeats a secret") {
    for (const bad::Case& bad : bad::generated_cases()) {
        const app::Examined examined = app::examine("homelab.toml", bad.text);
        const std::string shown =
            diag::render_all(examined.diagnostics, examined.sources, {.shown_max = 1000});
        CAPTURE(bad.name);
        CHECK_FALSE(shown.contains("QQQQ"));
        CHECK_FALSE(shown.contains("b3BlbnNzaC1rZXk"));
        CHECK_FALSE(shown.contains("AAAAAAAA"));
        for (const diag::Diagnostic& diagnostic : examined.diagnostics) {
            const std::string json = diag::to_json(diagnostic, examined.sources).dump();
            CHECK_FALSE(json.contains("QQQQ"));
            CHECK_FALSE(json.contains("b3BlbnNzaC1rZXk"));
        }
    }
}
