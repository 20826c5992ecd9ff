#include "plan/plan.h"
#include "render/lock.h"
#include "support/homelab.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace ducksnest {
namespace {

/// The file cut before each section header; the first piece is what stands before them.
std::vector<std::string> sections(const std::string& text) {
    std::vector<std::string> pieces{""};
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        const std::string line = text.substr(at, end - at);
        // An array of tables keeps its order: offers are in order of preference.
        if (line.starts_with("[") && !line.starts_with("[[")) {
            pieces.emplace_back();
        }
        pieces.back() += line;
        at = end;
    }
    return pieces;
}

std::string lock_of(const std::string& text) {
    return render::render_lock(plan::make_plan(testing::homelab_of(text)));
}

TEST_CASE("determinism: the order of sections in the file does not matter") {
    const std::string text = testing::example_text();
    const std::string lock = lock_of(text);
    std::vector<std::string> pieces = sections(text);
    REQUIRE(pieces.size() > 10);
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same shuffles in every run
    for (int i = 0; i < 8; ++i) {
        for (std::size_t left = pieces.size() - 1; left > 1; --left) {
            std::swap(pieces[left], pieces[1 + random() % left]);
        }
        std::string shuffled;
        for (const std::string& piece : pieces) {
            shuffled += piece + "\n";
        }
        CHECK(lock_of(shuffled) == lock);
    }
}

TEST_CASE("determinism: comments and written-out defaults change nothing, a value does") {
    const std::string text = testing::example_text();
    const std::string lock = lock_of(text);
    CHECK(lock_of("# a remark\n" + text) == lock);
    std::string other = text;
    other.replace(other.find("keep_generations = 5"), 20, "keep_generations = 6");
    CHECK(lock_of(other) != lock);
}

} // namespace
} // namespace ducksnest
