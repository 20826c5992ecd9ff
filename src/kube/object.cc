#include "kube/object.h"

#include "base/text.h"

#include <fmt/format.h>

namespace ducksnest::kube {

std::string_view group_of(std::string_view api_version) {
    const std::size_t slash = api_version.find('/');
    return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

std::string_view version_of(std::string_view api_version) {
    const std::size_t slash = api_version.find('/');
    return slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
}

const Json* at_path(const Json& json, std::string_view dotted) {
    const Json* here = &json;
    for (const std::string_view key : split(dotted, '.')) {
        here = here->find(key);
        if (here == nullptr) {
            return nullptr;
        }
    }
    return here;
}

std::string text_at(const Json& json, std::string_view dotted) {
    const Json* value = at_path(json, dotted);
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    return text == nullptr ? std::string() : *text;
}

std::int64_t int_at(const Json& json, std::string_view dotted, std::int64_t otherwise) {
    const Json* value = at_path(json, dotted);
    const std::int64_t* number = value == nullptr ? nullptr : value->as_int();
    return number == nullptr ? otherwise : *number;
}

Result<Ref> ref_of(const Json& body) {
    Ref ref = {
        .api_version = text_at(body, "apiVersion"),
        .kind = text_at(body, "kind"),
        .namespace_name = text_at(body, "metadata.namespace"),
        .name = text_at(body, "metadata.name"),
    };
    const auto missing = [&](std::string_view field) {
        const std::string kind = ref.kind.empty() ? "an object" : fmt::format("a `{}`", ref.kind);
        return fail(ErrorCode::invalid, fmt::format("{} has no `{}`", kind, field));
    };
    if (ref.api_version.empty()) {
        return missing("apiVersion");
    }
    if (ref.kind.empty()) {
        return missing("kind");
    }
    if (ref.name.empty()) {
        return missing("metadata.name");
    }
    return ref;
}

std::string display(const Ref& ref) {
    return ref.namespace_name.empty()
               ? fmt::format("{} {}", ref.kind, ref.name)
               : fmt::format("{} {}/{}", ref.kind, ref.namespace_name, ref.name);
}

} // namespace ducksnest::kube
