#include "render/lock_diff.h"

#include "render/lock_consequences.h"

#include <algorithm>
#include <iterator>

namespace ducksnest::render {
namespace {

using Path = std::vector<std::string>;

std::string text_of(const Json& json);

/// A record for people: "protocol tcp, first 22, …: its reason".
std::string text_of_record(const Json::Object& members) {
    std::string text;
    std::string why;
    for (const auto& [name, value] : members) {
        if (name == "why") {
            why = ": " + text_of(value);
            continue;
        }
        text += text.empty() ? "" : ", ";
        text += name + " " + text_of(value);
    }
    return text + why;
}

std::string text_of(const Json& json) {
    if (const std::string* text = json.as_string()) {
        return *text;
    }
    const Json::Object* members = json.as_object();
    return members != nullptr && !members->empty() ? text_of_record(*members) : json.dump();
}

/// Whether something that comes or goes here is a thing with a name, and not a value.
bool is_named_thing(const Path& path) {
    const auto parent = path.size() < 2 ? std::string() : path[path.size() - 2];
    const bool is_top = path.size() == 2 && (parent == "nodes" || parent == "profiles");
    const bool is_part =
        path.size() == 4 && (parent == "units" || parent == "files" || parent == "certificates");
    const bool is_operator = path.size() == 3 && parent == "certificates";
    return is_top || is_part || is_operator;
}

class Comparison {
public:
    std::vector<LockEdit> edits{};

    void compare(const Json* before, const Json* after) {
        if (before != nullptr && after != nullptr) {
            compare_values(*before, *after);
        } else if (before != nullptr || after != nullptr) {
            come_or_go(before, after);
        }
    }

private:
    void compare_values(const Json& before, const Json& after) {
        if (before == after) {
            return;
        }
        if (before.as_object() != nullptr && after.as_object() != nullptr) {
            compare_members(*before.as_object(), *after.as_object());
        } else if (before.as_array() != nullptr && after.as_array() != nullptr) {
            compare_items(*before.as_array(), *after.as_array());
        } else {
            edits.push_back({path_, text_of(before), text_of(after), ""});
        }
    }

    /// Members of both are sorted: one walk over the two lists.
    void compare_members(const Json::Object& before, const Json::Object& after) {
        auto left = before.begin();
        auto right = after.begin();
        while (left != before.end() || right != after.end()) {
            const bool take_left =
                right == after.end() || (left != before.end() && left->first <= right->first);
            const bool take_right =
                left == before.end() || (right != after.end() && right->first <= left->first);
            path_.push_back(take_left ? left->first : right->first);
            compare(take_left ? &left->second : nullptr, take_right ? &right->second : nullptr);
            path_.pop_back();
            left += take_left ? 1 : 0;
            right += take_right ? 1 : 0;
        }
    }

    void compare_items(const Json::Array& before, const Json::Array& after) {
        const auto texts = [](const Json::Array& items) {
            std::vector<std::string> sorted;
            std::ranges::transform(items, std::back_inserter(sorted), text_of);
            std::ranges::sort(sorted);
            return sorted;
        };
        const std::vector<std::string> left = texts(before);
        const std::vector<std::string> right = texts(after);
        std::vector<std::string> gone;
        std::vector<std::string> come;
        std::ranges::set_difference(left, right, std::back_inserter(gone));
        std::ranges::set_difference(right, left, std::back_inserter(come));
        if (gone.empty() && come.empty()) {
            edits.push_back({path_, "another order", "another order", ""});
        }
        for (std::string& text : gone) {
            edits.push_back({path_, std::move(text), std::nullopt, ""});
        }
        for (std::string& text : come) {
            edits.push_back({path_, std::nullopt, std::move(text), ""});
        }
    }

    void come_or_go(const Json* before, const Json* after) {
        const auto side = [&](const Json* json) -> std::optional<std::string> {
            if (json == nullptr) {
                return std::nullopt;
            }
            return is_named_thing(path_) ? std::string() : text_of(*json);
        };
        edits.push_back({path_, side(before), side(after), ""});
    }

    Path path_{};
};

/// A fact of a machine or of the cluster that other values are made from.
struct Fact {
    std::string name{};
    std::string before{};
    std::string after{};
};

bool is_fact(const LockEdit& edit) {
    const bool is_scalar = edit.before && edit.after && edit.path.size() >= 2;
    const bool is_cluster = edit.path[0] == "cluster" && edit.path.size() == 2;
    const bool is_node = edit.path[0] == "nodes" && edit.path.size() == 3;
    return is_scalar && (is_cluster || is_node);
}

/// Names the fact behind each edit of an argument or setting: its old value stands in the old text
/// or its new value in the new one. Facts of the same node and of the cluster are asked.
void explain(std::vector<LockEdit>& edits) {
    std::map<std::string, std::vector<Fact>> facts;
    for (const LockEdit& edit : edits) {
        if (is_fact(edit)) {
            const bool is_cluster = edit.path[0] == "cluster";
            facts[is_cluster ? "" : edit.path[1]].push_back(
                {edit.path.back(), *edit.before, *edit.after}
            );
        }
    }
    const auto ask = [](const std::vector<Fact>& known, LockEdit& edit) {
        for (const Fact& fact : known) {
            const bool was =
                edit.before && !fact.before.empty() && edit.before->contains(fact.before);
            const bool is = edit.after && !fact.after.empty() && edit.after->contains(fact.after);
            if (was || is) {
                edit.because = fact.name;
                return;
            }
        }
    };
    for (LockEdit& edit : edits) {
        if (is_fact(edit) || edit.path.size() < 3) {
            continue;
        }
        ask(facts[edit.path[0] == "nodes" ? edit.path[1] : ""], edit);
        if (edit.because.empty()) {
            ask(facts[""], edit);
        }
    }
}

} // namespace

LockDiff diff_locks(const Json& before, const Json& after) {
    Comparison comparison;
    comparison.compare(&before, &after);
    std::erase_if(comparison.edits, [](const LockEdit& edit) {
        return edit.path.size() == 1 && edit.path[0] == "input";
    });
    LockDiff diff{.edits = std::move(comparison.edits), .consequences = {}, .impacts = {}};
    explain(diff.edits);
    add_consequences(diff, before, after);
    return diff;
}

std::string_view to_string(Disruption disruption) {
    switch (disruption) {
    case Disruption::none:
        return "none";
    case Disruption::reload:
        return "reload";
    case Disruption::restart:
        return "restart";
    case Disruption::drain:
        return "drain";
    case Disruption::reboot:
        return "reboot";
    case Disruption::leave:
        return "leave";
    }
    return "";
}

} // namespace ducksnest::render
