#include "manifests/calico.h"
#include "plan/versions.h"

#include <doctest/doctest.h>

#include <string>

namespace ducksnest::manifests {

TEST_CASE("the pinned definitions are those of the planned version") {
    const std::string version(plan::calico_version);
    const PinnedFile& pinned = calico_definitions();
    CHECK(pinned.name.find("v" + version + "-") != std::string_view::npos);
    CHECK(pinned.url.find("/v" + version + "/") != std::string_view::npos);
    CHECK(pinned.sha256.size() == 64);
}

TEST_CASE("other bytes are refused") {
    const auto read = read_calico_definitions("apiVersion: v1\n");
    REQUIRE(!read.has_value());
    CHECK(read.error().code == ErrorCode::corrupt);
    CHECK(
        read.error().message ==
        "this is not `calico-v3.31.7-crds.yaml`: its SHA-256 is "
        "776ae142428e754b67d7d6e3dfdbe1b448f0bac355d8fa24ec9471e21d90b432, expected "
        "1d6d5e523f92ee1e8227a48c016229c668f94035431b82f19139affeb45dbeff"
    );
    CHECK(
        read.error().help ==
        "download it again from https://raw.githubusercontent.com/projectcalico/calico/v3.31.7/"
        "manifests/crds.yaml"
    );
}

} // namespace ducksnest::manifests
