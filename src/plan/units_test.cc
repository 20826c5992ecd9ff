#include "plan/plan.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace ducksnest::plan {
namespace {

bool has(const Unit& unit, std::string_view argument) {
    return std::ranges::find(unit.arguments, argument) != unit.arguments.end();
}

const Unit& unit(const Plan& plan, std::string_view node, std::string_view name) {
    const Unit* found = plan.find_node(node)->find_unit(name);
    REQUIRE_MESSAGE(found != nullptr, name);
    return *found;
}

const ConfigFile& file(const Plan& plan, std::string_view node, std::string_view path) {
    for (const auto& each : plan.find_node(node)->files) {
        if (each->path == path) {
            return *each;
        }
    }
    FAIL("no such file");
    return *plan.nodes[0].files[0];
}

TEST_CASE("units: one control plane is dialled directly and needs no balancer") {
    const Plan plan = make_plan(testing::owners_homelab());
    CHECK(plan.api_server == "https://10.20.1.10:6443");
    CHECK(plan.find_node("firebat")->find_unit("api-balancer") == nullptr);
    const Unit& etcd = unit(plan, "control-plane", "etcd");
    CHECK(has(etcd, "--initial-cluster=control-plane=https://10.20.1.10:2380"));
    CHECK_FALSE(std::ranges::any_of(etcd.arguments, [](const std::string& argument) {
        return argument.starts_with("--election-timeout");
    }));
}

TEST_CASE("units: three control planes have stacked etcd and a balancer on every node") {
    const Plan plan = make_plan(testing::three_control_planes());
    CHECK(plan.api_server == "https://127.0.0.1:6444");
    CHECK(plan.api_endpoints.size() == 3);
    const std::string members = "--initial-cluster=control-plane=https://10.20.1.10:2380,"
                                "firebat=https://192.168.0.11:2380,ultra=https://192.168.0.12:2380";
    for (const char* node : {"control-plane", "firebat", "ultra"}) {
        CHECK(has(unit(plan, node, "etcd"), members));
        CHECK(has(unit(plan, node, "etcd"), "--election-timeout=2500"));
        CHECK(has(unit(plan, node, "kube-apiserver"), "--goaway-chance=0.001"));
    }
    CHECK(has(
        unit(plan, "firebat", "kube-apiserver"),
        "--etcd-servers=https://127.0.0.1:2379,https://10.20.1.10:2379,https://192.168.0.12:2379"
    ));
    for (const NodePlan& node : plan.nodes) {
        CHECK(node.find_unit("api-balancer") != nullptr);
        const ConfigFile& kubeconfig = file(plan, node.name, "/etc/kubernetes/kubelet.kubeconfig");
        CHECK(kubeconfig.content.dump().contains("https://127.0.0.1:6444"));
    }
    const Json& balancer = file(plan, "old", "/etc/kubernetes/api-balancer.cfg").content;
    CHECK(balancer.dump().contains("server ultra 192.168.0.12:6443"));
}

TEST_CASE("units: the control plane's own clients never dial the balancer") {
    const Plan plan = make_plan(testing::three_control_planes());
    for (const char* component : {"bootstrap", "controller-manager", "dr", "scheduler"}) {
        const std::string path = std::string("/etc/kubernetes/") + component + ".kubeconfig";
        CHECK(file(plan, "ultra", path).content.dump().contains("https://192.168.0.12:6443"));
    }
}

TEST_CASE("units: every credential a unit opens is planned for its node and its user") {
    for (const model::Homelab& homelab :
         {testing::owners_homelab(), testing::three_control_planes()}) {
        const Plan plan = make_plan(homelab);
        std::map<std::string, std::string> users;
        for (const pki::CertificateSpec& spec : plan.trust.certificates) {
            users[spec.name] = spec.user;
        }
        for (const NodePlan& node : plan.nodes) {
            for (const auto& each : node.units) {
                for (const std::string& credential : each->credentials) {
                    CAPTURE(each->name);
                    CAPTURE(credential);
                    const bool is_shared =
                        credential == "service-account" || credential == "encryption-key";
                    const std::string name = "nodes/" + node.name + "/" + credential;
                    CHECK((is_shared || users.contains(name)));
                    CHECK((is_shared || users[name] == each->user || each->user == "root"));
                }
            }
        }
    }
}

TEST_CASE("units: every file a unit reads is planned, and every file is read") {
    const Plan plan = make_plan(testing::three_control_planes());
    for (const NodePlan& node : plan.nodes) {
        std::set<std::string> read;
        std::set<std::string> planned;
        for (const auto& each : node.units) {
            read.insert(each->files.begin(), each->files.end());
        }
        for (const auto& each : node.files) {
            CHECK(planned.insert(each->path).second);
        }
        CHECK(read == planned);
    }
}

TEST_CASE("units: secrets come first, and nothing starts before what it waits for") {
    const Plan plan = make_plan(testing::three_control_planes());
    for (const NodePlan& node : plan.nodes) {
        CHECK(node.units.front()->name == "ducksnest-open");
        std::set<std::string> started;
        for (const auto& each : node.units) {
            CAPTURE(each->name);
            for (const std::string& other : each->after) {
                const bool is_ours =
                    other.ends_with(".service") &&
                    node.find_unit(std::string_view(other).substr(0, other.size() - 8)) != nullptr;
                CHECK((!is_ours || started.contains(other)));
            }
            for (const std::string& needed : each->requires_) {
                CHECK(std::ranges::find(each->after, needed) != each->after.end());
                CHECK(started.contains(needed));
            }
            started.insert(each->name + ".service");
            const bool opens = !each->credentials.empty();
            const bool waits = std::ranges::find(each->requires_, "ducksnest-open.service") !=
                               each->requires_.end();
            CHECK(opens <= waits);
        }
        CHECK(started.size() == node.profile->start_order.size());
    }
}

TEST_CASE("units: nodes of a kind hold the same values, not copies") {
    model::Homelab homelab = testing::owners_homelab();
    testing::add_node(homelab, {.name = "mini", .site = "aws"});
    const Plan plan = make_plan(homelab);
    const NodePlan& a = *plan.find_node("firebat");
    const NodePlan& b = *plan.find_node("mini");
    CHECK(a.profile.same(b.profile));
    std::size_t own = 0;
    for (std::size_t i = 0; i < a.units.size(); ++i) {
        own += a.units[i].same(b.units[i]) ? 0U : 1U;
    }
    CHECK(own == 4); // open, tailscale-up, kubelet, fence name their node
}

TEST_CASE("units: no secret and no private key in any argument or file") {
    const Plan plan = make_plan(testing::owners_homelab());
    for (const NodePlan& node : plan.nodes) {
        for (const auto& each : node.units) {
            for (const std::string& argument : each->arguments) {
                CHECK_FALSE(argument.contains("PRIVATE"));
                CHECK_FALSE(argument.starts_with("--token"));
            }
            CHECK(each->environment.empty());
        }
    }
}

TEST_CASE("units: the small machine gets the small profile") {
    const Plan plan = make_plan(testing::owners_homelab());
    const Json& small = file(plan, "old", "/etc/kubernetes/kubelet.json").content;
    CHECK(*small.find("maxPods")->as_int() == 20);
    CHECK(*small.find("evictionHard")->find("memory.available")->as_string() == "100Mi");
    CHECK(*small.find("systemReserved")->find("memory")->as_string() == "224Mi");
    CHECK(small.find("registerWithTaints")->dump().contains("ducksnest/small-memory"));
    const Json& large = file(plan, "firebat", "/etc/kubernetes/kubelet.json").content;
    CHECK(*large.find("maxPods")->as_int() == 110);
    CHECK(large.find("registerWithTaints")->as_array()->empty());
}

TEST_CASE("units: the MTU of pods is in the CNI configuration") {
    const Plan plan = make_plan(testing::owners_homelab());
    const Json& cni = file(plan, "old", "/etc/cni/net.d/10-calico.conflist").content;
    CHECK(*cni.find("plugins")->as_array()->front().find("mtu")->as_int() == 1230);
}

TEST_CASE("units: what is not configured is not planned") {
    model::Homelab homelab = testing::owners_homelab();
    homelab.cache.reset();
    homelab.dr.reset();
    const Plan plan = make_plan(homelab);
    CHECK(plan.find_node("firebat")->find_unit("ducksnest-cache-proxy") == nullptr);
    CHECK(plan.find_node("control-plane")->find_unit("ducksnest-dr") == nullptr);
}

TEST_CASE("units: an RSA host key is opened with the RSA identity") {
    model::Homelab homelab = testing::owners_homelab();
    testing::node(homelab, "old").host_key =
        model::Spanned<std::string>{.value = "ssh-rsa AAAA", .span = {}};
    const Plan plan = make_plan(homelab);
    CHECK(has(unit(plan, "old", "ducksnest-open"), "--host-key=/etc/ssh/ssh_host_rsa_key"));
    CHECK(has(unit(plan, "ultra", "ducksnest-open"), "--host-key=/etc/ssh/ssh_host_ed25519_key"));
}

} // namespace
} // namespace ducksnest::plan
