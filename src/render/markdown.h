#pragma once

#include "plan/plan.h"
#include "render/lock_diff.h"

#include <string>
#include <vector>

namespace ducksnest::render {

/// What a change does to a homelab, as far as its own files tell.
struct Change {
    const plan::Plan& plan;                  ///< As it will be.
    const LockDiff* diff = nullptr;          ///< Null: there was no homelab before.
    const plan::Cost* cost_before = nullptr; ///< Null: unknown.
    /// Files that differ and that no lock shows: flake.lock, hosts/ultra.nix.
    std::vector<std::string> other_files{};
};

/// A comment for a pull request, in GitHub's Markdown: what reboots, what is evicted, what it costs
/// per month, before and after, and every edit of the lock.
std::string render_markdown(const Change& change);

} // namespace ducksnest::render
