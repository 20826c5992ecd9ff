#include "manifests/testing/shared_data.h"

#include "manifests/calico.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ducksnest::manifests::testing {

std::optional<std::string> calico_definitions_text() {
    const char* told = std::getenv("DUCKSNEST_SHARED_DATA");
    const std::filesystem::path folder(told == nullptr ? DUCKSNEST_SHARED_DATA : told);
    const std::filesystem::path path = folder / calico_definitions().name;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        MESSAGE(
            "SKIPPED what needs Calico's definitions: ",
            path.string(),
            " does not exist; set DUCKSNEST_SHARED_DATA to the folder that holds it"
        );
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

} // namespace ducksnest::manifests::testing
