#include "manifests/addons.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace ducksnest::manifests {
namespace {

const std::filesystem::path golden_folder(DUCKSNEST_SOURCE_DIR "/tests/golden/manifests");

std::map<std::string, std::string> read_golden() {
    std::map<std::string, std::string> files;
    if (!std::filesystem::exists(golden_folder)) {
        return files;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(golden_folder)) {
        if (entry.is_regular_file()) {
            std::ifstream in(entry.path(), std::ios::binary);
            files[entry.path().lexically_relative(golden_folder).generic_string()] =
                std::string(std::istreambuf_iterator<char>(in), {});
        }
    }
    return files;
}

void accept(const std::map<std::string, std::string>& files) {
    std::filesystem::remove_all(golden_folder);
    for (const auto& [name, text] : files) {
        const std::filesystem::path path = golden_folder / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
}

} // namespace

TEST_CASE("every object of the owner's homelab is as it was agreed on") {
    const std::map<std::string, std::string> files =
        render_objects(make_objects(plan::make_plan(plan::testing::owners_homelab())));
    if (std::getenv("DUCKSNEST_ACCEPT") != nullptr) {
        accept(files);
        FAIL("accepted; look at the difference, then run again without DUCKSNEST_ACCEPT");
    }
    const std::map<std::string, std::string> golden = read_golden();
    for (const auto& [name, text] : files) {
        CAPTURE(name);
        const auto at = golden.find(name);
        CHECK((at == golden.end() ? "" : at->second) == text);
    }
    CHECK(golden.size() == files.size());
}

} // namespace ducksnest::manifests
