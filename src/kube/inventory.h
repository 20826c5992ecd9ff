#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/kube.h"

#include <compare>
#include <map>
#include <string>

namespace ducksnest::kube {

/// The same object under every version of its API group.
struct ObjectKey {
    std::string group{};
    std::string kind{};
    std::string namespace_name{};
    std::string name{};

    auto operator<=>(const ObjectKey&) const = default;
    bool operator==(const ObjectKey&) const = default;
};

ObjectKey key_of(const Ref& ref);

/// What one bootstrap after the other has put onto a cluster: the memory that pruning and the
/// no-change run need. It is kept in the cluster itself, in a ConfigMap.
struct InventoryEntry {
    Ref ref{};
    std::string wanted{}; ///< `content_digest` of what was last applied; empty: never to its end.
    std::string stored{}; ///< `owned_digest` of what the server made of it.

    bool operator==(const InventoryEntry&) const = default;
};

struct Inventory {
    std::map<ObjectKey, InventoryEntry> entries{};
    std::string resource_version{}; ///< Of the ConfigMap; empty when there is none yet.
};

/// Where the inventory of a homelab is kept.
Ref inventory_ref(const std::string& homelab);

/// One line per object, which a person can read. `invalid` when it does not fit a ConfigMap.
Result<Json> inventory_json(const Inventory& inventory, const std::string& homelab);
/// `corrupt` names the line.
Result<Inventory> parse_inventory(const Json& config_map);

} // namespace ducksnest::kube
