#include "base/text.h"
#include "render/describe.h"
#include "render/paint.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace ducksnest::render {
namespace {

constexpr std::size_t named_nodes_max = 4;
constexpr std::size_t edits_max = 200; ///< More would only scroll by.

/// How many path parts name the thing under which an edit is shown.
std::size_t heading_size(const std::vector<std::string>& path) {
    return path[0] == "nodes" || path[0] == "profiles" ? std::min<std::size_t>(path.size(), 2) : 1;
}

std::string heading(const std::vector<std::string>& path) {
    const std::size_t size = heading_size(path);
    if (size < 2) {
        return path[0];
    }
    return fmt::format("{} {}", path[0] == "nodes" ? "node" : "profile", path[1]);
}

/// "unit kubelet arguments", "address".
std::string subject(const std::vector<std::string>& path) {
    std::string text;
    for (std::size_t i = heading_size(path); i < path.size(); ++i) {
        const std::string& part = path[i];
        text += text.empty() ? "" : " ";
        const bool is_plural = i == 2 && i + 1 < path.size() &&
                               (part == "units" || part == "files" || part == "certificates");
        text += is_plural ? part.substr(0, part.size() - 1) : part;
    }
    return text;
}

class DiffText {
public:
    explicit DiffText(const DescribeStyle& style)
        : paint_(style.colour) {}

    void add(const LockEdit& edit) {
        const bool is_whole = edit.path.size() == heading_size(edit.path) && edit.path.size() == 2;
        if (is_whole) {
            last_heading_.clear();
            text_ += edit.after ? paint_.added("+ " + heading(edit.path))
                                : paint_.removed("- " + heading(edit.path));
            text_ += '\n';
            return;
        }
        if (heading(edit.path) != last_heading_) {
            last_heading_ = heading(edit.path);
            last_subject_.clear();
            text_ += paint_.changed("~ " + last_heading_) + "\n";
        }
        add_value(edit);
    }

    std::string take() { return std::move(text_); }

private:
    void add_value(const LockEdit& edit) {
        const std::string what = subject(edit.path);
        const std::string why =
            edit.because.empty() ? "" : paint_.faint(fmt::format("  ({} changed)", edit.because));
        const bool is_named = edit.before.value_or("").empty() && edit.after.value_or("").empty();
        if (is_named) {
            text_ += edit.after ? paint_.added("    + " + what) : paint_.removed("    - " + what);
            text_ += '\n';
            return;
        }
        const bool is_short = edit.before && edit.after;
        if (is_short) {
            text_ += fmt::format(
                "    {}: {} -> {}{}\n",
                what,
                paint_.removed(*edit.before),
                paint_.added(*edit.after),
                why
            );
            return;
        }
        if (what != last_subject_) {
            last_subject_ = what;
            text_ += fmt::format("    {}\n", what);
        }
        text_ += edit.before ? paint_.removed("      - " + *edit.before)
                             : paint_.added("      + " + *edit.after);
        text_ += why + "\n";
    }

    Paint paint_;
    std::string text_{};
    std::string last_heading_{};
    std::string last_subject_{};
};

std::string names(const std::vector<std::string>& nodes) {
    const std::size_t shown = std::min(nodes.size(), named_nodes_max);
    std::string text = join(std::span(nodes).first(shown), ", ");
    if (nodes.size() > shown) {
        text += fmt::format(" and {} more", nodes.size() - shown);
    }
    return text;
}

} // namespace

std::string describe(const LockDiff& diff, const DescribeStyle& style) {
    if (diff.empty()) {
        return "nothing changes: the committed lock is this plan\n";
    }
    const Paint paint(style.colour);
    DiffText edits(style);
    const std::size_t shown = std::min(diff.edits.size(), edits_max);
    for (const LockEdit& edit : std::span(diff.edits).first(shown)) {
        edits.add(edit);
    }
    std::string text = edits.take();
    if (diff.edits.size() > shown) {
        text += fmt::format("… and {} more changes\n", diff.edits.size() - shown);
    }
    if (!diff.consequences.empty()) {
        text += "\n" + paint.strong("what follows") + "\n";
    }
    for (const auto& [what, nodes] : diff.consequences) {
        text += fmt::format("  {}  {}\n", what, paint.faint(names(nodes)));
    }
    return text;
}

} // namespace ducksnest::render
