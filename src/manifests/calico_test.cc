#include "manifests/addons.h"
#include "manifests/calico.h"
#include "manifests/testing/shared_data.h"
#include "plan/testing/homelabs.h"
#include "plan/versions.h"

#include <doctest/doctest.h>

#include <optional>
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

TEST_CASE("the definitions become objects, whole and in the group that our settings use") {
    const std::optional<std::string> text = testing::calico_definitions_text();
    if (!text.has_value()) {
        return; // Said aloud by calico_definitions_text.
    }
    const auto read = read_calico_definitions(*text);
    REQUIRE(read.has_value());
    CHECK(read->size() == 24);
    std::size_t settings = 0;
    for (const Object& definition : *read) {
        CHECK(definition.kind() == "CustomResourceDefinition");
        CHECK(definition.phase == Phase::definitions);
        for (const Object& object :
             make_objects(plan::make_plan(plan::testing::owners_homelab()))) {
            const Json& spec = *definition.value.find("spec");
            const std::string group = *spec.find("group")->as_string();
            const std::string kind = *spec.find("names")->find("kind")->as_string();
            settings += object.api_version() == group + "/v1" && object.kind() == kind ? 1U : 0U;
        }
    }
    CHECK(settings == 2);
}

} // namespace ducksnest::manifests
