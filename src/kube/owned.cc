#include "kube/owned.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "kube/object.h"

#include <algorithm>
#include <charconv>

namespace ducksnest::kube {
namespace {

/// Half a SHA-256 is plenty to notice a change, and keeps the inventory small.
std::string short_digest(std::string_view text) {
    return encode_hex(sha256(as_bytes(text))).substr(0, 32);
}

const Json* own_fields(const Json& live, std::string_view manager) {
    const Json* entries = at_path(live, "metadata.managedFields");
    const Json::Array* list = entries == nullptr ? nullptr : entries->as_array();
    if (list == nullptr) {
        return nullptr;
    }
    const auto at = std::ranges::find_if(*list, [&](const Json& entry) {
        return text_at(entry, "manager") == manager && text_at(entry, "operation") == "Apply" &&
               text_at(entry, "subresource").empty();
    });
    return at == list->end() ? nullptr : at->find("fieldsV1");
}

/// The item of an associative list that has all these key fields.
const Json* item_with_keys(const Json::Array& items, const Json& keys) {
    const Json::Object* members = keys.as_object();
    if (members == nullptr) {
        return nullptr;
    }
    const auto has_keys = [&](const Json& item) {
        return std::ranges::all_of(*members, [&](const Json::Member& member) {
            const Json* value = item.find(member.first);
            return value != nullptr && *value == member.second;
        });
    };
    const auto at = std::ranges::find_if(items, has_keys);
    return at == items.end() ? nullptr : &*at;
}

/// What a path element of FieldsV1 ("f:spec", "k:{…}", "v:…", "i:0") leads to.
const Json* child(const Json& value, std::string_view element) {
    const std::string_view rest = element.substr(std::min<std::size_t>(2, element.size()));
    if (element.starts_with("f:")) {
        return value.find(rest);
    }
    const Json::Array* items = value.as_array();
    if (items == nullptr) {
        return nullptr;
    }
    if (element.starts_with("i:")) {
        std::size_t index = items->size();
        std::from_chars(rest.data(), rest.data() + rest.size(), index);
        return index < items->size() ? &(*items)[index] : nullptr;
    }
    const Result<Json> wanted = Json::parse(rest, JsonNumbers::any);
    if (!wanted) {
        return nullptr;
    }
    if (element.starts_with("k:")) {
        return item_with_keys(*items, *wanted);
    }
    const auto at = std::ranges::find(*items, *wanted);
    return at == items->end() ? nullptr : &*at;
}

void project(const Json& fields, const Json& value, std::string& out) {
    for (const auto& [element, below] : *fields.as_object()) {
        out += element;
        const Json* next = element == "." ? nullptr : child(value, element);
        const bool is_leaf = below.as_object() == nullptr || below.as_object()->empty();
        if (next == nullptr) {
            out += element == "." ? "" : "!";
        } else if (is_leaf) {
            out += next->dump();
        } else {
            out += '(';
            project(below, *next, out);
            out += ')';
        }
        out += '\n';
    }
}

} // namespace

std::string owned_digest(const Json& live, std::string_view manager) {
    const Json* fields = own_fields(live, manager);
    if (fields == nullptr || fields->as_object() == nullptr) {
        return {};
    }
    std::string text;
    project(*fields, live, text);
    return short_digest(text);
}

std::string content_digest(const Json& body) {
    return short_digest(body.dump());
}

} // namespace ducksnest::kube
