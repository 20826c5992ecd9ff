#include "kube/owned.h"

#include <doctest/doctest.h>

namespace ducksnest::kube {
namespace {

Json live() {
    return *Json::parse(
        R"({
      "metadata": {"name": "x", "labels": {"ours": "1", "theirs": "2"}, "managedFields": [
        {"manager": "kubectl", "operation": "Update", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
        {"manager": "ducksnest", "operation": "Update", "subresource": "status", "fieldsV1": {}},
        {"manager": "ducksnest", "operation": "Apply", "fieldsV1": {
          "f:metadata": {"f:labels": {"f:ours": {}}},
          "f:spec": {
            "f:containers": {"k:{\"name\":\"a\"}": {".": {}, "f:image": {}, "f:name": {}}},
            "f:finalizers": {"v:\"keep\"": {}},
            "f:args": {}}}}]},
      "spec": {
        "replicas": 3,
        "containers": [{"name": "b", "image": "b:1"}, {"name": "a", "image": "a:1", "tty": false}],
        "finalizers": ["other", "keep"],
        "args": ["x", 1.5]}})",
        JsonNumbers::any
    );
}

std::string digest_with(std::string_view path, Json value) {
    Json object = live();
    Json spec = *object.find("spec");
    spec.set(std::string(path), std::move(value));
    object.set("spec", std::move(spec));
    return owned_digest(object, "ducksnest");
}

} // namespace

TEST_CASE("only our own fields count") {
    const std::string before = owned_digest(live(), "ducksnest");
    CHECK(before.size() == 32);
    CHECK(digest_with("replicas", 7) == before);
    const auto container = [](const char* name, const char* image) {
        return Json::object({{"name", name}, {"image", image}});
    };
    CHECK(digest_with("containers", Json::array({container("a", "a:1")})) == before);
    CHECK(digest_with("containers", Json::array({container("a", "a:2")})) != before);
    CHECK(digest_with("containers", Json::array({container("b", "b:1")})) != before);
    CHECK(digest_with("finalizers", Json::array({"keep"})) == before);
    CHECK(digest_with("finalizers", Json::array({"other"})) != before);
    CHECK(digest_with("args", Json::array({"x"})) != before);
}

TEST_CASE("a manager that owns nothing has no digest") {
    CHECK(owned_digest(live(), "somebody").empty());
    CHECK(owned_digest(Json::object({}), "ducksnest").empty());
}

TEST_CASE("a field that was taken from us changes the digest") {
    Json object = live();
    Json metadata = *object.find("metadata");
    Json entry = metadata.find("managedFields")->as_array()->back();
    Json fields = *entry.find("fieldsV1");
    fields.erase("f:metadata");
    entry.set("fieldsV1", fields);
    metadata.set("managedFields", Json::array({entry}));
    object.set("metadata", metadata);
    CHECK(owned_digest(object, "ducksnest") != owned_digest(live(), "ducksnest"));
}

} // namespace ducksnest::kube
