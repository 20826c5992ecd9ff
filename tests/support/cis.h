#pragma once

#include "base/json.h"
#include "plan/plan.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// The rules of the CIS Kubernetes Benchmark 1.12 that arguments and files decide, id by id: asked
/// of what is planned, and of what really runs.
namespace ducksnest::testing {

struct AuditedFile {
    int mode = 0777;
    std::string owner{};
    Json content{};
};

/// What an auditor sees of one node.
struct AuditedNode {
    std::string name{};
    bool is_control_plane = false;
    std::map<std::string, std::vector<std::string>> arguments{}; ///< By unit, without argv[0].
    std::map<std::string, AuditedFile> files{};                  ///< By the path on the node.
    std::map<std::string, int> secret_modes{}; ///< Opened secrets; empty: none is opened yet.
    int etcd_data_mode = 0777;
    std::string encryption_provider{}; ///< The first one of the API server's.
};

enum class CisVerdict : std::uint8_t { holds, fails, does_not_apply };

struct CisFinding {
    std::string id{};
    CisVerdict verdict = CisVerdict::fails;
    std::string why{}; ///< Of one that does not apply.
};

/// A node as the plan has it.
AuditedNode audited(const plan::Plan& plan, const plan::NodePlan& node);

/// Text of a node whose "/" lies at `root` on this machine, as that node would read it.
std::string without_root(std::string text, const std::string& root);

/// Replaces what the plan says by what a unit's process runs with (/proc/PID/cmdline without
/// argv[0]). `root` is where the node's own "/" lies on this machine; it is cut off.
void set_running(
    AuditedNode& node,
    const std::string& unit,
    const std::vector<std::string>& arguments,
    const std::string& root
);

/// One finding per rule, those that cannot apply with the reason. Chapter 5 is about objects in the
/// cluster and not asked here.
std::vector<CisFinding> audit_cis(const AuditedNode& node);

} // namespace ducksnest::testing
