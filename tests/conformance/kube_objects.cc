#include "kube_objects.h"

#include <doctest/doctest.h>

namespace ducksnest::testing {

Json metadata_of(const std::string& name) {
    return Json::object({{"name", name}, {"namespace", conformance_space}});
}

Json config_map(const std::string& name, const std::string& value) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "ConfigMap"},
         {"metadata", metadata_of(name)},
         {"data", Json::object({{"value", value}})}}
    );
}

kube::Ref config_map_ref(const std::string& name) {
    return {
        .api_version = "v1", .kind = "ConfigMap", .namespace_name = conformance_space, .name = name
    };
}

kube::ListQuery config_maps(const std::string& selector) {
    return {
        .api_version = "v1",
        .kind = "ConfigMap",
        .namespace_name = conformance_space,
        .label_selector = selector,
    };
}

Json labelled(Json object, Json labels) {
    Json metadata = *object.find("metadata");
    metadata.set("labels", std::move(labels));
    object.set("metadata", std::move(metadata));
    return object;
}

void make_namespace(kube::Kube& kube) {
    const Json object = Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Namespace"},
         {"metadata", Json::object({{"name", conformance_space}})}}
    );
    REQUIRE(kube.apply(object, {}));
}

std::string version_of(const Json& object) {
    return kube::text_at(object, "metadata.resourceVersion");
}

} // namespace ducksnest::testing
