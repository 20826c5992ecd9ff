#pragma once

#include "app/context.h"
#include "base/json.h"
#include "plan/cost.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::app {

/// What the plan is compared with: the committed lock, or another folder's homelab as it was.
struct PlanBase {
    std::string name{};               ///< "homelab.lock.json", as people are shown it.
    std::optional<Json> lock{};       ///< Nothing: there is none that can be compared.
    std::optional<plan::Cost> cost{}; ///< Only of another folder whose homelab.toml can be read.
    std::vector<std::string> files{}; ///< Files that differ and show in no lock.
};

/// The committed lock beside homelab.toml. Warns when it is of another version.
Result<PlanBase> committed_base(Context& context);

/// A homelab in another folder, such as the base branch of a pull request checked out there.
/// `not_found` when there is neither a lock nor a homelab.toml.
Result<PlanBase> folder_base(Context& context, const std::string& folder);

} // namespace ducksnest::app
