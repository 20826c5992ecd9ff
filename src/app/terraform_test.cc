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

} // namespace ducksnest::app
