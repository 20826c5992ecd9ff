#include "deploy/gate.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::deploy;

TEST_CASE("every word gets through the gate as it is") {
    CHECK(rc::check([](const std::vector<std::string>& words) {
        std::string line = "ducksnest activate status";
        bool has_nul = false;
        for (const std::string& word : words) {
            line += " " + quote_word(word);
            has_nul = has_nul || word.contains('\0');
        }
        const auto passed = pass_gate(line, Copies::refused);
        RC_ASSERT(passed.has_value() == !has_nul);
        if (passed) {
            RC_ASSERT((std::vector<std::string>(passed->begin() + 3, passed->end()) == words));
        }
    }));
}
