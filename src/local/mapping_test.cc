#include "local/mapping.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace ducksnest;
using local::Mapping;

namespace {

bool has(const std::vector<std::string>& arguments, std::string_view wanted) {
    return std::ranges::find(arguments, wanted) != arguments.end();
}

const plan::Unit& unit(const plan::Plan& plan, std::string_view node, std::string_view name) {
    return *plan.find_node(node)->find_unit(name);
}

} // namespace

TEST_CASE("only addresses and folders change") {
    const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    const Mapping mapping(plan, "/state", 64);
    const std::string own = mapping.address_of("control-plane");
    CHECK(own == "127.64.0.1");
    const auto text = [&](std::string_view from) { return mapping.text("control-plane", from); };
    const std::string api = net::to_string(plan.find_node("control-plane")->address);
    CHECK(text("https://" + api + ":6443") == "https://127.64.0.1:6443");
    CHECK(text(api + "/32") == api + "/32");
    CHECK(text("1" + api) == "1" + api);
    CHECK(text("bind 127.0.0.1:6444") == "bind 127.64.0.1:6444");
    CHECK(text("ca-file /run/a.crt") == "ca-file /state/nodes/control-plane/run/a.crt");
    CHECK(text("https://x/etc/y") == "https://x/etc/y");
    CHECK(text("10.96.0.0/12") == "10.96.0.0/12");
    CHECK(text("/usr/bin:/etc/z") == "/usr/bin:/state/nodes/control-plane/etc/z");
}

TEST_CASE("every argument of every mapped unit differs in nothing else") {
    const plan::Plan plan = plan::make_plan(plan::testing::three_control_planes());
    const Mapping mapping(plan, "/state", 64);
    for (const plan::NodePlan& node : plan.nodes) {
        for (const auto& planned : node.units) {
            const plan::Unit mapped = mapping.unit(node.name, *planned);
            REQUIRE(mapped.arguments.size() == planned->arguments.size());
            for (std::size_t i = 0; i < mapped.arguments.size(); ++i) {
                const std::string& before = planned->arguments[i];
                const std::string& after = mapped.arguments[i];
                if (before.starts_with('-')) {
                    const std::string flag = before.substr(0, before.find('='));
                    CHECK(after.substr(0, flag.size()) == flag);
                }
                CHECK(after.contains("0.0.0.0") == false);
                if (before.find("/etc/") == std::string::npos &&
                    before.find("/run/") == std::string::npos &&
                    before.find("/var/") == std::string::npos &&
                    before.find("127.0.0.1") == std::string::npos) {
                    CHECK(after.contains("/state") == false);
                }
            }
        }
    }
    const plan::Unit api =
        mapping.unit("control-plane", unit(plan, "control-plane", "kube-apiserver"));
    CHECK(has(api.arguments, "--bind-address=127.64.0.1"));
    CHECK(
        has(api.arguments,
            "--advertise-address=" + net::to_string(plan.find_node("control-plane")->address))
    );
    const plan::Unit etcd = mapping.unit("control-plane", unit(plan, "control-plane", "etcd"));
    CHECK(has(etcd.arguments, "--listen-client-urls=https://127.64.0.1:2379"));
    CHECK(has(etcd.arguments, "--data-dir=/state/nodes/control-plane/var/lib/etcd"));
}

TEST_CASE("certificates are valid for the mapped addresses too") {
    const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    const Mapping mapping(plan, "/state", 64);
    const pki::TrustPlan trust = mapping.trust(plan.trust);
    const auto at = std::ranges::find(
        trust.certificates, "nodes/control-plane/apiserver", &pki::CertificateSpec::name
    );
    REQUIRE(at != trust.certificates.end());
    CHECK(
        std::ranges::find(at->addresses, net::parse_address("127.64.0.1").value()) !=
        at->addresses.end()
    );
    CHECK(std::ranges::is_sorted(at->addresses));
    for (const pki::TrustEdge& edge : trust.edges) {
        CHECK(edge.server_name != net::to_string(plan.find_node("control-plane")->address));
    }
}
