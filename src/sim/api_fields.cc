#include "sim/api_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace ducksnest::sim {
namespace {

using Keys = std::vector<std::string>;

/// Keys of associative lists by the name of their field (`x-kubernetes-list-map-keys` of the
/// built-in kinds' schemas). `ports` stands for two lists: what an item has decides.
const std::map<std::string, Keys, std::less<>>& list_keys() {
    static const std::map<std::string, Keys, std::less<>> keys = {
        {"conditions", {"type"}},
        {"containers", {"name"}},
        {"containerStatuses", {"name"}},
        {"env", {"name"}},
        {"ephemeralContainers", {"name"}},
        {"hostAliases", {"ip"}},
        {"imagePullSecrets", {"name"}},
        {"initContainers", {"name"}},
        {"ownerReferences", {"uid"}},
        {"podIPs", {"ip"}},
        {"secrets", {"name"}},
        {"topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}},
        {"volumeDevices", {"devicePath"}},
        {"volumeMounts", {"mountPath"}},
        {"volumes", {"name"}},
        {"webhooks", {"name"}},
    };
    return keys;
}

/// Maps that are replaced as a whole (`x-kubernetes-map-type: atomic`).
constexpr std::array<std::string_view, 9> atomic_maps = {
    "configMapKeyRef",
    "fieldRef",
    "labelSelector",
    "namespaceSelector",
    "nodeSelector",
    "podSelector",
    "resourceFieldRef",
    "roleRef",
    "selector",
};

constexpr std::array<std::string_view, 8> server_metadata = {
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
};

bool is_identity(const FieldPath& path) {
    if (path.size() == 1) {
        return path[0] == "f:apiVersion" || path[0] == "f:kind";
    }
    if (path.size() != 2 || path[0] != "f:metadata") {
        return false;
    }
    const std::string_view name = std::string_view(path[1]).substr(2);
    return name == "name" || name == "namespace" ||
           std::ranges::find(server_metadata, name) != server_metadata.end();
}

std::optional<Keys> keys_of(std::string_view field, const Json::Array& items, Lists lists) {
    const bool is_metadata = field == "ownerReferences";
    if (items.empty() || (lists == Lists::atomic && !is_metadata)) {
        return std::nullopt;
    }
    Keys keys;
    if (field == "ports") {
        keys = {
            items.front().find("containerPort") == nullptr ? "port" : "containerPort", "protocol"
        };
    } else if (const auto at = list_keys().find(field); at != list_keys().end()) {
        keys = at->second;
    } else {
        return std::nullopt;
    }
    // An item without its key is for the server's validation to refuse.
    const bool all_have = std::ranges::all_of(items, [&](const Json& item) {
        return item.find(keys.front()) != nullptr;
    });
    return all_have ? std::optional(keys) : std::nullopt;
}

/// "k:{…}" of one item. A missing protocol is TCP (core/v1 defaults).
std::string key_of(const Json& item, const Keys& keys) {
    Json key = Json::object({});
    for (const std::string& name : keys) {
        const Json* value = item.find(name);
        key.set(name, value != nullptr ? *value : Json(name == "protocol" ? "TCP" : ""));
    }
    return "k:" + key.dump();
}

bool is_set_list(std::string_view field) {
    return field == "finalizers";
}

bool is_atomic_map(std::string_view field, Lists lists) {
    return lists == Lists::built_in && std::ranges::find(atomic_maps, field) != atomic_maps.end();
}

bool has_item(const Json& item, std::string_view element) {
    const Result<Json> wanted = Json::parse(element.substr(2), JsonNumbers::any);
    if (!wanted) {
        return false;
    }
    if (element.starts_with("v:")) {
        return item == *wanted;
    }
    return std::ranges::all_of(*wanted->as_object(), [&](const Json::Member& member) {
        const Json* value = item.find(member.first);
        const bool is_default = member.first == "protocol" && value == nullptr;
        return is_default ? member.second == Json("TCP")
                          : value != nullptr && *value == member.second;
    });
}

class Collector {
public:
    Collector(Lists lists, FieldSet& out)
        : lists_(lists)
        , out_(out) {}

    void visit(const Json& value, std::string_view field) {
        if (is_identity(path_)) {
            return;
        }
        const Json::Object* members = value.as_object();
        const Json::Array* items = value.as_array();
        if (members != nullptr && !members->empty() && !is_atomic_map(field, lists_)) {
            for (const auto& [name, below] : *members) {
                descend("f:" + name, below, name);
            }
        } else if (items != nullptr && !items->empty() && is_set_list(field)) {
            for (const Json& item : *items) {
                add("v:" + item.dump());
            }
        } else if (const auto keys =
                       items == nullptr ? std::nullopt : keys_of(field, *items, lists_)) {
            for (const Json& item : *items) {
                const std::string element = key_of(item, *keys);
                add(element);
                descend(element, item, "");
            }
        } else {
            out_.insert(path_);
        }
    }

private:
    void add(std::string element) {
        path_.push_back(std::move(element));
        out_.insert(path_);
        path_.pop_back();
    }
    void descend(std::string element, const Json& below, std::string_view field) {
        path_.push_back(std::move(element));
        visit(below, field);
        path_.pop_back();
    }

    Lists lists_;
    FieldSet& out_;
    FieldPath path_{};
};

Json merge(const Json& before, const Json& applied, std::string_view field, Lists lists) {
    const Json::Object* members = applied.as_object();
    const Json::Array* items = applied.as_array();
    if (members != nullptr && before.as_object() != nullptr && !is_atomic_map(field, lists)) {
        Json result = before;
        for (const auto& [name, value] : *members) {
            const Json* old = before.find(name);
            result.set(name, old == nullptr ? value : merge(*old, value, name, lists));
        }
        return result;
    }
    const Json::Array* old_items = before.as_array();
    if (items == nullptr || old_items == nullptr) {
        return applied;
    }
    const std::optional<Keys> keys = keys_of(field, *items, lists);
    if (!keys && !is_set_list(field)) {
        return applied;
    }
    Json::Array result = *old_items;
    for (const Json& item : *items) {
        const std::string element = keys ? key_of(item, *keys) : "v:" + item.dump();
        const auto at =
            std::ranges::find_if(result, [&](const Json& old) { return has_item(old, element); });
        if (at == result.end()) {
            result.push_back(item);
        } else if (keys) {
            *at = merge(*at, item, "", lists);
        }
    }
    return result;
}

bool is_empty(const Json& value) {
    return (value.as_object() != nullptr && value.as_object()->empty()) ||
           (value.as_array() != nullptr && value.as_array()->empty());
}

Json remove_below(const Json& value, const FieldPath& path, std::size_t depth) {
    const std::string& element = path[depth];
    const bool is_last = depth + 1 == path.size();
    if (element.starts_with("f:")) {
        const std::string name = element.substr(2);
        const Json* child = value.find(name);
        if (child == nullptr) {
            return value;
        }
        Json result = value;
        Json rest = is_last ? Json() : remove_below(*child, path, depth + 1);
        if (is_last || is_empty(rest)) {
            result.erase(name);
        } else {
            result.set(name, std::move(rest));
        }
        return result;
    }
    const Json::Array* items = value.as_array();
    if (items == nullptr) {
        return value;
    }
    Json::Array result;
    for (const Json& item : *items) {
        if (!has_item(item, element)) {
            result.push_back(item);
        } else if (!is_last) {
            result.push_back(remove_below(item, path, depth + 1));
        }
    }
    return result;
}

void insert(Json& tree, const FieldPath& path, std::size_t depth) {
    if (depth == path.size()) {
        if (path[depth - 1].starts_with("k:")) {
            tree.set(".", Json::object({}));
        }
        return;
    }
    const Json* found = tree.find(path[depth]);
    Json below = found == nullptr ? Json::object({}) : *found;
    insert(below, path, depth + 1);
    tree.set(path[depth], std::move(below));
}

void collect(const Json& tree, FieldPath& path, FieldSet& out) {
    for (const auto& [element, below] : *tree.as_object()) {
        if (element == ".") {
            out.insert(path);
            continue;
        }
        path.push_back(element);
        if (below.as_object() == nullptr || below.as_object()->empty()) {
            out.insert(path);
        } else {
            collect(below, path, out);
        }
        path.pop_back();
    }
}

} // namespace

FieldSet fields_of(const Json& object, Lists lists) {
    FieldSet fields;
    Collector(lists, fields).visit(object, "");
    fields.erase(FieldPath());
    return fields;
}

const Json* value_at(const Json& object, const FieldPath& path) {
    const Json* value = &object;
    for (const std::string& element : path) {
        if (element.starts_with("f:")) {
            value = value->find(std::string_view(element).substr(2));
        } else if (const Json::Array* items = value->as_array()) {
            const auto at = std::ranges::find_if(*items, [&](const Json& item) {
                return has_item(item, element);
            });
            value = at == items->end() ? nullptr : &*at;
        } else {
            value = nullptr;
        }
        if (value == nullptr) {
            return nullptr;
        }
    }
    return value;
}

Json merged(const Json& object, const Json& applied, Lists lists) {
    return merge(object, applied, "", lists);
}

Json without(const Json& object, const FieldPath& path) {
    return path.empty() ? object : remove_below(object, path, 0);
}

Json to_fields_v1(const FieldSet& fields) {
    Json tree = Json::object({});
    for (const FieldPath& path : fields) {
        insert(tree, path, 0);
    }
    return tree;
}

FieldSet parse_fields_v1(const Json& fields) {
    FieldSet out;
    FieldPath path;
    if (fields.as_object() != nullptr) {
        collect(fields, path, out);
    }
    return out;
}

std::string display(const FieldPath& path) {
    std::string text;
    for (const std::string& element : path) {
        const std::string rest = element.substr(2);
        if (element.starts_with("f:")) {
            text += "." + rest;
        } else {
            text += fmt::format("[{}]", rest);
        }
    }
    return text;
}

bool is_within(const FieldPath& path, const FieldPath& root) {
    return path.size() >= root.size() && std::equal(root.begin(), root.end(), path.begin());
}

} // namespace ducksnest::sim
