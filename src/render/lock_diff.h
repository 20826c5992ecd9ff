#pragma once

#include "base/json.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::render {

/// One value that differs. A list's items are edits of their own, with only one side set.
struct LockEdit {
    std::vector<std::string> path{};     ///< {"nodes", "firebat", "units", "kubelet", "arguments"}.
    std::optional<std::string> before{}; ///< Nothing: it is new.
    std::optional<std::string> after{};  ///< Nothing: it is gone.
    std::string because{};               ///< The fact that moved this value along; may be empty.

    bool operator==(const LockEdit&) const = default;
};

/// What differs between two locks and what follows when the new one is deployed.
struct LockDiff {
    std::vector<LockEdit> edits{};
    /// "restart kubelet", "reissue kubelet-serving", "reboot: its address changes", … to the nodes
    /// where it happens, sorted; the operators count as a node called "operators".
    std::map<std::string, std::vector<std::string>> consequences{};

    bool empty() const { return edits.empty(); }
};

/// Both must be locks; what they lack is taken as empty. The digest of the input does not count.
LockDiff diff_locks(const Json& before, const Json& after);

} // namespace ducksnest::render
