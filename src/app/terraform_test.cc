#include "app/terraform.h"

#include <doctest/doctest.h>

namespace ducksnest::app {
namespace {

Result<CloudChanges> changes(std::string_view text) {
    return read_changes(*Json::parse(text));
}

} // namespace

TEST_CASE("what Terraform would do is counted as it counts itself") {
    const CloudChanges found = *changes(R"({"resource_changes": [
        {"address": "aws_vpc.this", "mode": "managed", "type": "aws_vpc",
         "change": {"actions": ["no-op"]}},
        {"address": "aws_instance.node[\"a\"]", "mode": "managed", "type": "aws_instance",
         "index": "a", "change": {"actions": ["create"]}},
        {"address": "aws_instance.node[\"b\"]", "mode": "managed", "type": "aws_instance",
         "index": "b", "change": {"actions": ["delete", "create"]}},
        {"address": "aws_s3_bucket.this", "mode": "managed", "type": "aws_s3_bucket",
         "change": {"actions": ["update"]}},
        {"address": "aws_eip.old", "mode": "managed", "type": "aws_eip",
         "change": {"actions": ["delete"]}},
        {"address": "data.aws_ami.nixos", "mode": "data", "type": "aws_ami",
         "change": {"actions": ["read"]}}]})");
    CHECK(describe(found) == "2 to add, 1 to change, 2 to destroy");
    CHECK(found.destroyed == std::vector<std::string>{"aws_instance.node[\"b\"]", "aws_eip.old"});
    CHECK(found.machines == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(found.is_empty());
}

TEST_CASE("a plan without changes is empty, one that is none is refused") {
    CHECK(changes(R"({"format_version": "1.2"})")->is_empty());
    CHECK(changes(R"({"resource_changes": []})")->is_empty());
    CHECK(changes(R"({"resource_changes": {}})").error().code == ErrorCode::corrupt);
}

TEST_CASE("what was made is read back, of this homelab and this module only") {
    const auto machines = [](std::string_view text) {
        return read_machines(*Json::parse(text), "goose");
    };
    const auto found = machines(R"({"ducksnest": {"sensitive": false, "value": {
        "schema": "ducksnest.terraform/1", "homelab": "goose", "instances": {
            "cloud": {"id": "i-1", "address": "10.20.1.10", "public_address": "3.4.5.6"}}}}})");
    REQUIRE(found);
    CHECK(*found == std::vector<CloudMachine>{{"cloud", "i-1", "10.20.1.10"}});
    CHECK(
        machines(R"({"ducksnest": {"value": {"schema": "ducksnest.terraform/1",
                     "homelab": "swan", "instances": {}}}})")
            .error()
            .message == "Terraform's state is of the homelab `swan`, not of `goose`"
    );
    CHECK(
        machines("{}").error().message ==
        "Terraform's outputs are not those of the module, `ducksnest.terraform/1`"
    );
    CHECK_FALSE(machines(R"({"ducksnest": {"value": {"schema": "ducksnest.terraform/1",
                             "homelab": "goose"}}})"));
}

} // namespace ducksnest::app
