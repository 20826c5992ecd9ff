#include "plan/testing/homelabs.h"
#include "render/terraform.h"

#include <doctest/doctest.h>

namespace ducksnest::render {
namespace {

Tree terraform_of(const model::Homelab& homelab) {
    Tree tree;
    add_terraform(plan::make_plan(homelab), tree);
    return tree;
}

Json json_at(const Tree& tree, const std::string& path) {
    return *Json::parse(as_text(tree.at(path).bytes));
}

TEST_CASE("terraform: the module is written as it is, with the homelab's values beside it") {
    const Tree tree = terraform_of(plan::testing::owners_homelab());
    CHECK(tree.contains("terraform/versions.tf"));
    CHECK(tree.contains("terraform/first-boot.sh.tftpl"));
    CHECK(tree.contains("terraform/.gitignore"));
    const Json values = json_at(tree, "terraform/homelab.auto.tfvars.json");
    CHECK(values.find("homelab")->dump() == R"("ducksnest")");
    CHECK(values.find("cache_public_key")->is_null());
    CHECK(
        values.find("instances")->dump() ==
        R"({"control-plane":{"address":"10.20.1.10","architecture":"x86_64","role":"control-plane",)"
        R"("root_gib":40,"subnet":"a","type":"t3.medium"}})"
    );
    CHECK(
        values.find("standby")->dump() ==
        R"({"architecture":"x86_64","slots":{"standby-1":{"root_gib":30,"subnet":"a"},)"
        R"("standby-2":{"root_gib":30,"subnet":"b"}},"types":["t3.medium","t3a.medium"]})"
    );
    CHECK(values.find("github")->is_null());
}

TEST_CASE("terraform: the state's place is a file that init reads") {
    const Tree tree = terraform_of(plan::testing::owners_homelab());
    CHECK(
        json_at(tree, "terraform/backend.tf.json").dump() ==
        R"({"terraform":{"backend":{"s3":{"bucket":"ducksnest-terraform-state","encrypt":true,)"
        R"("key":"ducksnest/terraform.tfstate","region":"ap-northeast-2","use_lockfile":true}}}})"
    );
}

TEST_CASE("terraform: nothing is written for a homelab without an AWS site") {
    model::Homelab homelab = plan::testing::owners_homelab();
    homelab.sites.erase(homelab.sites.begin());
    homelab.dr.reset();
    plan::testing::erase_node(homelab, "control-plane");
    plan::testing::node(homelab, "firebat").role = {
        .value = model::Role::control_plane, .span = {}
    };
    CHECK(terraform_of(homelab).empty());
}

} // namespace
} // namespace ducksnest::render
