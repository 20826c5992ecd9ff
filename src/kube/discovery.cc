#include "kube/discovery.h"

#include "kube/object.h"

#include <fmt/format.h>

namespace ducksnest::kube {
namespace {

const Json::Array& items_of(const Json& json, std::string_view key) {
    static const Json::Array none;
    const Json* items = json.find(key);
    const Json::Array* list = items == nullptr ? nullptr : items->as_array();
    return list == nullptr ? none : *list;
}

} // namespace

Result<void> Discovery::add(const Json& group_list, std::string_view root) {
    if (text_at(group_list, "kind") != "APIGroupDiscoveryList") {
        return fail(
            ErrorCode::unsupported,
            fmt::format("`{}` does not answer with an APIGroupDiscoveryList", root),
            "the API server must be Kubernetes 1.30 or newer"
        );
    }
    for (const Json& group : items_of(group_list, "items")) {
        const std::string name = text_at(group, "metadata.name");
        for (const Json& version : items_of(group, "versions")) {
            const std::string text = text_at(version, "version");
            const std::string api_version = name.empty() ? text : fmt::format("{}/{}", name, text);
            for (const Json& entry : items_of(version, "resources")) {
                Resource resource = {
                    .path = fmt::format("{}/{}", root, api_version),
                    .plural = text_at(entry, "resource"),
                    .is_namespaced = text_at(entry, "scope") == "Namespaced",
                };
                resources_.emplace(
                    std::pair(api_version, text_at(entry, "responseKind.kind")), std::move(resource)
                );
            }
        }
    }
    return {};
}

const Resource* Discovery::find(const std::string& api_version, const std::string& kind) const {
    const auto at = resources_.find(std::pair(api_version, kind));
    return at == resources_.end() ? nullptr : &at->second;
}

Error unknown_kind(const std::string& api_version, const std::string& kind) {
    return {
        .code = ErrorCode::not_found,
        .message = fmt::format("the API server knows no kind `{}` in `{}`", kind, api_version),
        .help = "check `apiVersion` and `kind`; a custom kind needs its CustomResourceDefinition "
                "first"
    };
}

Error names_no_namespace(const Ref& ref) {
    return {
        .code = ErrorCode::invalid,
        .message = fmt::format("`{}` names no namespace", display(ref)),
        .help = "set `metadata.namespace`"
    };
}

std::string collection_path(const Resource& resource, const std::string& namespace_name) {
    return resource.is_namespaced && !namespace_name.empty()
               ? fmt::format(
                     "{}/namespaces/{}/{}",
                     resource.path,
                     encode_query(namespace_name),
                     resource.plural
                 )
               : fmt::format("{}/{}", resource.path, resource.plural);
}

std::string object_path(const Resource& resource, const Ref& ref) {
    return fmt::format(
        "{}/{}", collection_path(resource, ref.namespace_name), encode_query(ref.name)
    );
}

std::string encode_query(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool is_unreserved = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                                   (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
                                   byte == '_' || byte == '~';
        if (is_unreserved) {
            out += letter;
        } else {
            out += fmt::format("%{:02X}", byte);
        }
    }
    return out;
}

} // namespace ducksnest::kube
