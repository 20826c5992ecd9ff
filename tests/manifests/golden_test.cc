#include "manifests/addons.h"
#include "plan/plan.h"
#include "support/golden.h"
#include "support/homelab.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

using namespace ducksnest;

TEST_CASE("every object of the example homelab is as it was agreed on") {
    const std::string folder = "tests/golden/manifests";
    const std::map<std::string, std::string> files = manifests::render_objects(
        manifests::make_objects(plan::make_plan(testing::homelab_of(testing::example_text())))
    );
    std::set<std::string> wanted;
    for (const auto& [name, text] : files) {
        testing::check_golden(folder + "/" + name, text);
        wanted.insert(name);
    }
    std::set<std::string> found;
    const std::filesystem::path root(DUCKSNEST_SOURCE_DIR "/" + folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.is_regular_file()) {
            found.insert(entry.path().lexically_relative(root).generic_string());
        }
    }
    CHECK(found == wanted);
}
