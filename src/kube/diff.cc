#include "kube/diff.h"

#include "kube/object.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace ducksnest::kube {
namespace {

constexpr std::array<std::string_view, 6> server_metadata = {
    "creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"
};

std::string name_of(const Json& item) {
    return text_at(item, "name");
}

/// Whether every item has a name of its own to be known by.
bool is_named_list(const Json::Array& items) {
    std::set<std::string> names;
    return std::ranges::all_of(items, [&](const Json& item) {
        const std::string name = name_of(item);
        return !name.empty() && names.insert(name).second;
    });
}

class Differ {
public:
    void compare(const std::string& path, const Json* before, const Json* after) {
        if (before == nullptr || after == nullptr) {
            changes.push_back(
                {.path = path,
                 .before = before == nullptr ? std::nullopt : std::optional(*before),
                 .after = after == nullptr ? std::nullopt : std::optional(*after)}
            );
        } else if (*before == *after) {
            return;
        } else if (before->as_object() != nullptr && after->as_object() != nullptr) {
            compare_members(path, *before, *after);
        } else if (before->as_array() != nullptr && after->as_array() != nullptr) {
            compare_items(path, *before->as_array(), *after->as_array());
        } else {
            changes.push_back({.path = path, .before = *before, .after = *after});
        }
    }

    std::vector<FieldChange> changes{};

private:
    void compare_members(const std::string& path, const Json& before, const Json& after) {
        std::set<std::string> keys;
        for (const auto& [key, value] : *before.as_object()) {
            keys.insert(key);
        }
        for (const auto& [key, value] : *after.as_object()) {
            keys.insert(key);
        }
        for (const std::string& key : keys) {
            const bool is_servers =
                (path.empty() && key == "status") ||
                (path == "metadata" &&
                 std::ranges::find(server_metadata, key) != server_metadata.end());
            if (!is_servers) {
                const std::string below =
                    key.find('.') == std::string::npos
                        ? fmt::format("{}{}{}", path, path.empty() ? "" : ".", key)
                        : fmt::format("{}[{}]", path, key);
                compare(below, before.find(key), after.find(key));
            }
        }
    }

    void
    compare_items(const std::string& path, const Json::Array& before, const Json::Array& after) {
        if (is_named_list(before) && is_named_list(after)) {
            compare_named(path, before, after);
            return;
        }
        for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
            compare(
                fmt::format("{}[{}]", path, i),
                i < before.size() ? &before[i] : nullptr,
                i < after.size() ? &after[i] : nullptr
            );
        }
    }

    void
    compare_named(const std::string& path, const Json::Array& before, const Json::Array& after) {
        const auto find = [](const Json::Array& items, const std::string& name) {
            const auto at = std::ranges::find(items, name, name_of);
            return at == items.end() ? nullptr : &*at;
        };
        for (const Json& item : before) {
            const std::string name = name_of(item);
            compare(fmt::format("{}[{}]", path, name), &item, find(after, name));
        }
        for (const Json& item : after) {
            const std::string name = name_of(item);
            if (find(before, name) == nullptr) {
                compare(fmt::format("{}[{}]", path, name), nullptr, &item);
            }
        }
    }
};

/// That a secret changes may be shown, what it is may not.
void hide_values(std::vector<FieldChange>& changes) {
    for (FieldChange& change : changes) {
        if (change.path.starts_with("data") || change.path.starts_with("stringData")) {
            change.before = change.before ? std::optional(Json("(hidden)")) : std::nullopt;
            change.after = change.after ? std::optional(Json("(hidden)")) : std::nullopt;
        }
    }
}

std::string shorten(const Json& value) {
    constexpr std::size_t length_max = 72;
    std::string text = value.dump();
    if (text.size() > length_max) {
        // Not in the middle of a UTF-8 sequence.
        std::size_t end = length_max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        text.resize(end);
        text += "…";
    }
    return text;
}

} // namespace

std::vector<FieldChange> diff_objects(const Json& before, const Json& after) {
    Differ differ;
    differ.compare("", &before, &after);
    if (text_at(after, "kind") == "Secret") {
        hide_values(differ.changes);
    }
    return std::move(differ.changes);
}

std::string render_change(const FieldChange& change) {
    if (!change.before) {
        return fmt::format("  + {}: {}", change.path, shorten(*change.after));
    }
    if (!change.after) {
        return fmt::format("  - {}: {}", change.path, shorten(*change.before));
    }
    return fmt::format(
        "  ~ {}: {} -> {}", change.path, shorten(*change.before), shorten(*change.after)
    );
}

} // namespace ducksnest::kube
