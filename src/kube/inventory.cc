#include "kube/inventory.h"

#include "base/text.h"
#include "kube/object.h"

#include <fmt/format.h>

namespace ducksnest::kube {
namespace {

// etcd takes 1.5 MiB at most, a ConfigMap 1 MiB of data (core/v1 ConfigMap).
constexpr std::size_t bytes_max = 1'000'000;

/// What stands for a field that is empty: no part of an identity is ever only that.
constexpr std::string_view nothing = "-";

std::string_view or_nothing(const std::string& text) {
    return text.empty() ? nothing : std::string_view(text);
}

std::string from_field(std::string_view text) {
    return text == nothing ? std::string() : std::string(text);
}

} // namespace

ObjectKey key_of(const Ref& ref) {
    return {
        .group = std::string(group_of(ref.api_version)),
        .kind = ref.kind,
        .namespace_name = ref.namespace_name,
        .name = ref.name,
    };
}

Ref inventory_ref(const std::string& homelab) {
    return {
        .api_version = "v1",
        .kind = "ConfigMap",
        .namespace_name = "kube-system",
        .name = "ducksnest-applyset-" + homelab,
    };
}

Result<Json> inventory_json(const Inventory& inventory, const std::string& homelab) {
    const Ref ref = inventory_ref(homelab);
    std::string lines;
    for (const auto& [key, entry] : inventory.entries) {
        lines += fmt::format(
            "{} {} {} {} {} {}\n",
            entry.ref.api_version,
            entry.ref.kind,
            or_nothing(entry.ref.namespace_name),
            entry.ref.name,
            or_nothing(entry.wanted),
            or_nothing(entry.stored)
        );
    }
    if (lines.size() > bytes_max) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} objects do not fit one inventory", inventory.entries.size()),
            "bootstrap is for the base of a cluster; hand applications to GitOps"
        );
    }
    Json metadata = Json::object({{"name", ref.name}, {"namespace", ref.namespace_name}});
    if (!inventory.resource_version.empty()) {
        metadata.set("resourceVersion", inventory.resource_version);
    }
    return Json::object(
        {{"apiVersion", ref.api_version},
         {"kind", ref.kind},
         {"metadata", std::move(metadata)},
         {"data", Json::object({{"objects", std::move(lines)}})}}
    );
}

Result<Inventory> parse_inventory(const Json& config_map) {
    Inventory inventory;
    inventory.resource_version = text_at(config_map, "metadata.resourceVersion");
    const std::string lines = text_at(config_map, "data.objects");
    for (const std::string_view line : split(lines, '\n')) {
        if (line.empty()) {
            continue;
        }
        const std::vector<std::string_view> fields = split(line, ' ');
        constexpr std::size_t field_count = 6;
        if (fields.size() != field_count) {
            return fail(
                ErrorCode::corrupt,
                fmt::format(
                    "the inventory `{}` has a line that is none: `{}`",
                    text_at(config_map, "metadata.name"),
                    line
                ),
                "remove the ConfigMap and run again: everything is applied anew, nothing is pruned"
            );
        }
        InventoryEntry entry = {
            .ref =
                {.api_version = std::string(fields[0]),
                 .kind = std::string(fields[1]),
                 .namespace_name = from_field(fields[2]),
                 .name = std::string(fields[3])},
            .wanted = from_field(fields[4]),
            .stored = from_field(fields[5]),
        };
        ObjectKey key = key_of(entry.ref);
        inventory.entries.insert_or_assign(std::move(key), std::move(entry));
    }
    return inventory;
}

} // namespace ducksnest::kube
