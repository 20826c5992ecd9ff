#pragma once

#include "base/json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

/// What a deployment does to a node's pods and services, the worst last.
enum class Disruption : std::uint8_t {
    none,
    reload,  ///< Settings of the running system: firewall, routes, sysctls.
    restart, ///< Units of the node start again.
    drain,   ///< Pods cannot stay where they are.
    reboot,
    leave, ///< The node goes.
};

/// The worst that happens to one node, and why.
struct NodeImpact {
    Disruption worst = Disruption::none;
    bool joins = false;
    std::vector<std::string> why{}; ///< The consequences that are the worst, sorted.

    bool operator==(const NodeImpact&) const = default;
};

/// What differs between two locks and what follows when the new one is deployed.
struct LockDiff {
    std::vector<LockEdit> edits{};
    /// "restart kubelet", "reissue kubelet-serving", "reboot: its address changes", … to the nodes
    /// where it happens, sorted; the operators count as a node called "operators".
    std::map<std::string, std::vector<std::string>> consequences{};
    std::map<std::string, NodeImpact> impacts{}; ///< Nodes to which anything happens.

    bool empty() const { return edits.empty(); }
};

/// "none", "reload", "restart", "drain", "reboot", "leave".
std::string_view to_string(Disruption disruption);

/// Both must be locks; what they lack is taken as empty. The digest of the input does not count.
LockDiff diff_locks(const Json& before, const Json& after);

} // namespace ducksnest::render
