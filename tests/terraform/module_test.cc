#include "base/encoding.h"
#include "support/golden.h"
#include "support/homelab.h"
#include "terraform/first_boot_ground.h"
#include "terraform/workspace.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

/// The example with a text replaced.
std::string example_with(const std::string& text, const std::string& other) {
    std::string homelab = example_text();
    const std::size_t at = homelab.find(text);
    REQUIRE(at != std::string::npos);
    return homelab.replace(at, text.size(), other);
}

void apply(const Workspace& workspace, const std::string& arguments = {}) {
    const Told told = workspace.tofu("apply -auto-approve -input=false " + arguments);
    REQUIRE_MESSAGE(told.exit == 0, told.text);
}

/// 0: nothing to do; 2: something.
Told plan(const Workspace& workspace, const std::string& arguments = {}) {
    return workspace.tofu("plan -detailed-exitcode -input=false " + arguments);
}

std::string text_of(const Json& json, std::string_view name) {
    const Json* found = json.find(name);
    REQUIRE(found != nullptr);
    REQUIRE(found->as_string() != nullptr);
    return *found->as_string();
}

std::vector<std::string> types_in(const Json& state) {
    std::vector<std::string> types;
    const Json* root = state.find("values")->find("root_module");
    for (const Json& each : *root->find("resources")->as_array()) {
        types.push_back(text_of(each, "type"));
    }
    return types;
}

constexpr const char* worker = R"(
[nodes.cloudy]
site = "aws"
instance = "t4g.medium"
host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIID9Sp1cPL/vx25JOeFRYQYGRZkmjyQ4bZzqALxJYI9u"
)";

} // namespace

TEST_CASE("terraform: formatted, valid, applied, nothing left to plan, destroyed") {
    const Workspace workspace(example_text());
    Told told = workspace.tofu("fmt -check -diff -recursive");
    CHECK_MESSAGE(told.exit == 0, told.text);
    told = workspace.tofu("validate");
    CHECK_MESSAGE(told.exit == 0, told.text);
    apply(workspace);
    told = plan(workspace);
    CHECK_MESSAGE(told.exit == 0, told.text);
    CHECK(told.text.contains("No changes."));
    told = workspace.tofu("output -json ducksnest");
    const Result<Json> output = Json::parse(told.text);
    REQUIRE(output.has_value());
    CHECK(text_of(*output, "schema") == "ducksnest.terraform/1");
    CHECK(text_of(*output->find("instances")->find("control-plane"), "address") == "10.20.1.10");
    CHECK(
        text_of(*output->find("launch_templates")->find("standby-2"), "name") ==
        "ducksnest-standby-2"
    );
    CHECK(output->find("secrets")->as_object()->size() == 6);
    told = workspace.tofu("destroy -auto-approve -input=false");
    CHECK_MESSAGE(told.exit == 0, told.text);
    CHECK(told.text.contains("Destroy complete!"));
}

TEST_CASE("terraform: encrypted gp3, metadata by session only, one hop, no way in") {
    const Workspace workspace(example_text() + worker);
    apply(workspace);
    const Json state = workspace.state();
    for (const char* address :
         {"aws_instance.node[\"control-plane\"]", "aws_instance.node[\"cloudy\"]"}) {
        CAPTURE(address);
        const Json instance = Workspace::resource(state, address);
        const Json& root = instance.find("root_block_device")->as_array()->front();
        CHECK(text_of(root, "volume_type") == "gp3");
        CHECK(root.find("encrypted")->dump() == "true");
        const Json& metadata = instance.find("metadata_options")->as_array()->front();
        CHECK(text_of(metadata, "http_tokens") == "required");
        CHECK(metadata.find("http_put_response_hop_limit")->dump() == "1");
        CHECK(instance.find("source_dest_check")->dump() == "false");
        CHECK(text_of(*instance.find("tags_all"), "ducksnest:homelab") == "ducksnest");
    }
    const Json slot = Workspace::resource(state, "aws_launch_template.standby[\"standby-1\"]");
    CHECK(text_of(slot.find("metadata_options")->as_array()->front(), "http_tokens") == "required");
    CHECK(
        slot.find("metadata_options")
            ->as_array()
            ->front()
            .find("http_put_response_hop_limit")
            ->dump() == "1"
    );
    const Json& disk = slot.find("block_device_mappings")->as_array()->front();
    CHECK(text_of(disk.find("ebs")->as_array()->front(), "volume_type") == "gp3");
    CHECK(slot.find("tag_specifications")->as_array()->size() == 3);
    const std::vector<std::string> types = types_in(state);
    CHECK(std::ranges::count(types, "aws_vpc_security_group_ingress_rule") == 1);
    const Json inside =
        Workspace::resource(state, "aws_vpc_security_group_ingress_rule.each_other");
    CHECK(inside.find("cidr_ipv4")->is_null());
    CHECK(inside.find("cidr_ipv6")->is_null());
    CHECK(
        inside.find("referenced_security_group_id")->dump() ==
        inside.find("security_group_id")->dump()
    );
}

TEST_CASE("terraform: every bucket is versioned, encrypted, closed, and forgets half uploads") {
    const Workspace workspace(example_text());
    apply(workspace);
    const Json state = workspace.state();
    for (const std::string purpose : {"backups", "cache", "logs"}) {
        CAPTURE(purpose);
        const auto part = [&](const std::string& type) {
            return Workspace::resource(state, type + ".this[\"" + purpose + "\"]");
        };
        CHECK(
            text_of(
                part("aws_s3_bucket_versioning")
                    .find("versioning_configuration")
                    ->as_array()
                    ->front(),
                "status"
            ) == "Enabled"
        );
        for (const char* key :
             {"block_public_acls",
              "block_public_policy",
              "ignore_public_acls",
              "restrict_public_buckets"}) {
            CHECK(part("aws_s3_bucket_public_access_block").find(key)->dump() == "true");
        }
        CHECK(part("aws_s3_bucket_server_side_encryption_configuration").dump().contains("AES256"));
        const Json rules = *part("aws_s3_bucket_lifecycle_configuration").find("rule");
        const Json& uploads = rules.as_array()->front();
        CHECK(
            uploads.find("abort_incomplete_multipart_upload")->as_array()->front().dump() ==
            R"({"days_after_initiation":1})"
        );
        const Json& expiration = rules.as_array()->at(1).find("expiration")->as_array()->front();
        CHECK((text_of(rules.as_array()->at(1), "status") == "Enabled"));
        if (purpose == "logs") {
            CHECK(expiration.find("days")->dump() == "90");
        } else {
            // What is current is never taken away by age.
            CHECK(expiration.find("expired_object_delete_marker")->dump() == "true");
            CHECK(rules.dump().find("\"days\":90") == std::string::npos);
        }
    }
}

TEST_CASE("terraform: user-data is the first boot as it is tested, and no value is secret") {
    const Workspace workspace(example_with(
        "ducksnest-1:HsXsjfMKVfSL8WC4C3u7f9LPJoV0yFpW9IJobc+7eMo=",
        "ducksnest-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    ));
    apply(workspace);
    const Json state = workspace.state();
    const Json slot = Workspace::resource(state, "aws_launch_template.standby[\"standby-1\"]");
    const Result<Bytes> script = decode_base64(text_of(slot, "user_data"));
    REQUIRE(script.has_value());
    CHECK(std::string(as_text(*script)) == first_boot_script());
    const std::vector<std::string> types = types_in(state);
    CHECK(std::ranges::count(types, "aws_secretsmanager_secret") == 9);
    CHECK(std::ranges::count(types, "aws_secretsmanager_secret_version") == 0);
}

TEST_CASE("terraform: a newer image and another first boot replace nothing that runs") {
    const Workspace workspace(example_text());
    apply(workspace);
    CHECK(plan(workspace, "-var 'images={x86_64=\"ami-0123456789abcdef0\"}'")
              .text.contains("Plan: 2 to add, 1 to change, 2 to destroy."));
    std::string script = read_source_file("terraform/first-boot.sh.tftpl");
    workspace.write("first-boot.sh.tftpl", script + "# longer\n");
    const Told told = plan(workspace);
    CHECK(told.exit == 2);
    CHECK_FALSE(told.text.contains("# aws_instance.node"));
    CHECK(told.text.contains("aws_launch_template.standby[\"standby-1\"] will be updated in-place")
    );
    CHECK(told.text.contains("Plan: 0 to add, 2 to change, 0 to destroy."));
}

TEST_CASE("terraform: homelabs of other shapes") {
    const auto applies = [](const std::string& homelab) {
        const Workspace workspace(homelab);
        apply(workspace);
        const Told told = plan(workspace);
        CHECK_MESSAGE(told.exit == 0, told.text);
        return types_in(workspace.state());
    };
    std::string homelab = example_text();
    SUBCASE("without disaster recovery there are no slots") {
        homelab.erase(homelab.find("[dr]"), homelab.find("[gitops]") - homelab.find("[dr]"));
        CHECK(std::ranges::count(applies(homelab), "aws_launch_template") == 0);
    }
    SUBCASE("without a repository on github.com the pipeline has no rights") {
        homelab = example_with("https://github.com/example", "https://gitlab.com/example");
        const auto types = applies(homelab);
        CHECK(std::ranges::count(types, "aws_iam_openid_connect_provider") == 0);
        // Control plane and two slots.
        CHECK(std::ranges::count(types, "aws_iam_role") == 3);
    }
    SUBCASE("three control planes share their rights, a worker has its own") {
        homelab += R"(
[nodes.control-plane-2]
site = "aws"
role = "control-plane"
instance = "t3.medium"
host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdri7hM5yZ91SDeykgRyPEKU+Y2NS8GmH9C/kJazt2A"

[nodes.control-plane-3]
site = "aws"
role = "control-plane"
instance = "t3.medium"
host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIASAqT0umwlLieCOAZdgiawYGTr4AsZrYxzI0twbroyI"
)";
        const auto types = applies(homelab + worker);
        CHECK(std::ranges::count(types, "aws_instance") == 4);
        CHECK(std::ranges::count(types, "aws_iam_instance_profile") == 4);
    }
    SUBCASE("an account that trusts GitHub already is not asked twice") {
        const Workspace workspace(homelab);
        apply(workspace, "-var github_provider_exists=true");
        CHECK(
            std::ranges::count(types_in(workspace.state()), "aws_iam_openid_connect_provider") == 1
        );
        CHECK(workspace.tofu("state list")
                  .text.contains("data.aws_iam_openid_connect_provider.github"));
    }
}

TEST_CASE("terraform: what cannot work is said before anything is made") {
    const auto refused = [](const std::string& homelab, const std::string& arguments = {}) {
        const Told told = plan(Workspace(homelab), arguments);
        CHECK(told.exit == 1);
        // OpenTofu breaks lines at the width of a terminal.
        std::string text = told.text;
        std::ranges::replace(text, '\n', ' ');
        return text;
    };
    SUBCASE("machines without a key to trust") {
        const std::string homelab = example_with(
            "public_key = \"ducksnest-1:HsXsjfMKVfSL8WC4C3u7f9LPJoV0yFpW9IJobc+7eMo=\"\n", ""
        );
        const std::string text = refused(homelab);
        CHECK_MESSAGE(text.contains("set bucket and public_key in [cache] of homelab.toml"), text);
    }
    SUBCASE("an instance type that one zone only has") {
        const std::string homelab =
            example_with("instance = \"t3.medium\"\naddress", "instance = \"t2.medium\"\naddress");
        CHECK(refused(homelab).contains("Fewer than two zones of ap-northeast-2 have all of"));
    }
    SUBCASE("an alarm address that is none") {
        CHECK(refused(example_text(), "-var 'alarm_emails=[\"duck\"]'")
                  .contains("Write up to ten addresses"));
    }
    SUBCASE("an image that is none") {
        CHECK(refused(example_text(), "-var 'images={mips=\"ami-1\"}'")
                  .contains("Write image ids by architecture"));
    }
    SUBCASE("a cache that S3 would thin out") {
        CHECK(refused(
                  example_text(),
                  "-var 'buckets={cache={name=\"nest\",expire_days=30,noncurrent_days=1}}'"
        )
                  .contains("S3 must not expire the cache"));
    }
}
