// The rules of the CIS Kubernetes Benchmark on everything that is planned; tests/kube asks the same
// of what really runs.

#include "plan/plan.h"
#include "plan/testing/homelabs.h"
#include "support/cis.h"
#include "support/homelab.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

namespace ducksnest {
namespace {

using testing::AuditedNode;
using testing::CisFinding;
using testing::CisVerdict;

void audit(const plan::Plan& plan) {
    for (const plan::NodePlan& node : plan.nodes) {
        for (const CisFinding& finding : testing::audit_cis(testing::audited(plan, node))) {
            CAPTURE(node.name);
            CAPTURE(finding.id);
            CHECK(finding.verdict != CisVerdict::fails);
            CHECK((finding.verdict == CisVerdict::does_not_apply) == !finding.why.empty());
        }
    }
}

CisVerdict verdict_of(const AuditedNode& node, std::string_view id) {
    for (const CisFinding& finding : testing::audit_cis(node)) {
        if (finding.id == id) {
            return finding.verdict;
        }
    }
    FAIL("no rule ", id);
    return CisVerdict::fails;
}

TEST_CASE("CIS: every rule holds on every node of the example") {
    audit(plan::make_plan(testing::homelab_of(testing::example_text())));
}

TEST_CASE("CIS: and with three control planes") {
    audit(plan::make_plan(plan::testing::three_control_planes()));
}

TEST_CASE("CIS: no id of the chapters on flags and files is left out") {
    const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    std::set<std::string> known;
    for (const CisFinding& finding :
         testing::audit_cis(testing::audited(plan, *plan.find_node("control-plane")))) {
        CAPTURE(finding.id);
        CHECK(known.insert(finding.id).second);
    }
    const std::map<std::string, int> chapters = {
        {"1.1", 21},
        {"1.2", 30},
        {"1.3", 7},
        {"1.4", 2},
        {"2", 7},
        {"3.1", 3},
        {"3.2", 2},
        {"4.1", 10},
        {"4.2", 14},
        {"4.3", 1},
    };
    for (const auto& [chapter, count] : chapters) {
        for (int i = 1; i <= count; ++i) {
            const std::string id = chapter + "." + std::to_string(i);
            CAPTURE(id);
            CHECK(known.contains(id));
        }
    }
}

TEST_CASE("CIS: a wrong flag, a missing one and a readable file are found") {
    const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    const AuditedNode right = testing::audited(plan, *plan.find_node("control-plane"));
    AuditedNode wrong = right;
    std::vector<std::string>& api = wrong.arguments.at("kube-apiserver");
    std::ranges::replace(api, "--anonymous-auth=false", "--anonymous-auth=true");
    std::erase(api, "--profiling=false");
    wrong.files.at("/etc/kubernetes/kubelet.kubeconfig").mode = 0644;
    wrong.files.erase("/etc/kubernetes/kubelet.json");
    wrong.secret_modes = {{"kubelet.key", 0644}, {"kubelet.crt", 0644}};
    for (const char* id : {"1.2.1", "1.2.15", "4.1.5", "4.1.9", "4.2.1", "4.2.13"}) {
        CAPTURE(id);
        CHECK(verdict_of(right, id) == CisVerdict::holds);
        CHECK(verdict_of(wrong, id) == CisVerdict::fails);
    }
    CHECK(verdict_of(wrong, "1.1.21") == CisVerdict::fails);
    CHECK(verdict_of(wrong, "1.1.20") == CisVerdict::holds);
    wrong.arguments.erase("etcd");
    CHECK(verdict_of(wrong, "2.1") == CisVerdict::fails);
}

TEST_CASE("CIS 3.1.1, 1.1.13: no credential of people on any node") {
    const plan::Plan plan = plan::make_plan(plan::testing::three_control_planes());
    for (const plan::NodePlan& node : plan.nodes) {
        for (const auto& unit : node.units) {
            CHECK(std::ranges::count(unit->credentials, "admin") == 0);
            CHECK(std::ranges::count(unit->credentials, "super-admin") == 0);
        }
    }
}

TEST_CASE("kernel: what protectKernelDefaults asks for is set") {
    // kubernetes/pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables.
    const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    std::set<std::string> found;
    for (const plan::KernelSetting& sysctl : plan.nodes[0].profile->sysctls) {
        found.insert(sysctl.name + "=" + sysctl.value);
    }
    for (const char* wanted :
         {"vm.overcommit_memory=1",
          "vm.panic_on_oom=0",
          "kernel.panic=10",
          "kernel.panic_on_oops=1",
          "kernel.keys.root_maxkeys=1000000",
          "kernel.keys.root_maxbytes=25000000"}) {
        CAPTURE(wanted);
        CHECK(found.contains(wanted));
    }
}

} // namespace
} // namespace ducksnest
