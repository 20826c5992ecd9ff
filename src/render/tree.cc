#include "render/tree.h"

#include "render/lock.h"
#include "render/policy.h"
#include "render/terraform.h"
#include "render/workflows.h"

#include <algorithm>

namespace ducksnest::render {
namespace {

std::string_view line_at(std::string_view text, std::size_t begin) {
    const std::string_view rest = text.substr(std::min(begin, text.size()));
    return rest.substr(0, rest.find('\n'));
}

StaleFile
first_difference(const std::string& path, std::string_view wanted, std::string_view found) {
    const auto [at, other] = std::ranges::mismatch(wanted, found);
    const auto equal = static_cast<std::size_t>(at - wanted.begin());
    const std::string_view before = wanted.substr(0, equal);
    const std::size_t newline = before.rfind('\n');
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return {
        .path = path,
        .is_missing = false,
        .line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
        .found = std::string(line_at(found, begin)),
        .wanted = std::string(line_at(wanted, begin)),
    };
}

} // namespace

Tree render_tree(const plan::Plan& plan) {
    Tree tree;
    tree.emplace(lock_file, TreeFile{.bytes = to_bytes(std::string_view(render_lock(plan)))});
    tree.emplace(
        policy_file,
        TreeFile{.bytes = to_bytes(std::string_view(render_policy(plan.tailnet_policy)))}
    );
    tree.merge(render_workflows(plan));
    add_terraform(plan, tree);
    return tree;
}

std::vector<StaleFile> stale_files(const Tree& wanted, const Tree& found) {
    std::vector<StaleFile> stale;
    for (const auto& [path, file] : wanted) {
        const auto at = found.find(path);
        if (at == found.end()) {
            stale.push_back({.path = path, .is_missing = true});
        } else if (at->second.bytes != file.bytes) {
            stale.push_back(first_difference(path, as_text(file.bytes), as_text(at->second.bytes)));
        }
    }
    return stale;
}

} // namespace ducksnest::render
