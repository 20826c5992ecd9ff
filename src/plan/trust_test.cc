#include "plan/testing/homelabs.h"
#include "plan/trust.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ducksnest::plan {
namespace {

using pki::Authority;
using pki::CertificateSpec;
using pki::Usage;

pki::TrustPlan planned(const model::Homelab& homelab) {
    return plan_trust(make_context(homelab));
}

CertificateSpec find(const pki::TrustPlan& trust, std::string_view name) {
    const auto at = std::ranges::find(trust.certificates, name, &CertificateSpec::name);
    REQUIRE_MESSAGE(at != trust.certificates.end(), name);
    return *at;
}

std::vector<std::string> texts(const std::vector<net::Address>& addresses) {
    std::vector<std::string> all;
    for (const net::Address& address : addresses) {
        all.push_back(net::to_string(address));
    }
    return all;
}

/// One row of kubeadm's table and what we add to it.
struct Row {
    std::string_view name;
    Authority authority;
    Usage usage;
    std::string_view common_name;
    std::string_view organization;
    std::string_view user;
};

TEST_CASE("trust: every certificate of the control plane has exactly what its component needs") {
    const pki::TrustPlan trust = planned(testing::owners_homelab());
    constexpr auto cluster = Authority::cluster;
    constexpr auto etcd = Authority::etcd;
    const std::vector<Row> rows{
        {"apiserver", cluster, Usage::server, "kube-apiserver", "", "kubernetes"},
        {"apiserver-etcd-client",
         etcd,
         Usage::client,
         "kube-apiserver-etcd-client",
         "",
         "kubernetes"},
        {"apiserver-kubelet-client",
         cluster,
         Usage::client,
         "kube-apiserver-kubelet-client",
         "",
         "kubernetes"},
        {"bootstrap",
         cluster,
         Usage::client,
         "ducksnest:bootstrap",
         "kubeadm:cluster-admins",
         "root"},
        {"calico-cni",
         cluster,
         Usage::client,
         "ducksnest:calico-cni:control-plane",
         "ducksnest:calico-cni",
         "root"},
        {"controller-manager",
         cluster,
         Usage::client,
         "system:kube-controller-manager",
         "",
         "kubernetes"},
        {"controller-manager-serving",
         cluster,
         Usage::server,
         "kube-controller-manager",
         "",
         "kubernetes"},
        {"dr", cluster, Usage::client, "ducksnest:dr", "", "root"},
        {"etcd-healthcheck-client", etcd, Usage::client, "kube-etcd-healthcheck-client", "", "etcd"
        },
        {"etcd-peer", etcd, Usage::client_and_server, "control-plane", "", "etcd"},
        {"etcd-server", etcd, Usage::client_and_server, "control-plane", "", "etcd"},
        {"fence", cluster, Usage::client, "ducksnest:fence:control-plane", "ducksnest:fence", "root"
        },
        {"front-proxy-client",
         Authority::front_proxy,
         Usage::client,
         "front-proxy-client",
         "",
         "kubernetes"},
        {"kube-proxy", cluster, Usage::client, "system:kube-proxy", "", "root"},
        {"kubelet", cluster, Usage::client, "system:node:control-plane", "system:nodes", "root"},
        {"kubelet-serving",
         cluster,
         Usage::server,
         "system:node:control-plane",
         "system:nodes",
         "root"},
        {"scheduler", cluster, Usage::client, "system:kube-scheduler", "", "kube-scheduler"},
        {"scheduler-serving", cluster, Usage::server, "kube-scheduler", "", "kube-scheduler"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const CertificateSpec spec = find(trust, fmt::format("nodes/control-plane/{}", row.name));
        CHECK(spec.authority == row.authority);
        CHECK(spec.usage == row.usage);
        CHECK(spec.common_name == row.common_name);
        CHECK(
            spec.organizations == (row.organization.empty()
                                       ? std::vector<std::string>{}
                                       : std::vector<std::string>{std::string(row.organization)})
        );
        CHECK(spec.user == row.user);
        CHECK(spec.owners == std::vector<std::string>{"control-plane"});
    }
    CHECK(std::ranges::count_if(trust.certificates, [](const CertificateSpec& spec) {
              return spec.name.starts_with("nodes/control-plane/");
          }) == static_cast<std::ptrdiff_t>(rows.size()));
}

TEST_CASE("trust: a worker has five certificates and no more") {
    const pki::TrustPlan trust = planned(testing::owners_homelab());
    std::set<std::string> names;
    for (const CertificateSpec& spec : trust.certificates) {
        if (spec.name.starts_with("nodes/firebat/")) {
            names.insert(spec.name.substr(14));
        }
    }
    CHECK(
        names ==
        std::set<std::string>{"calico-cni", "fence", "kube-proxy", "kubelet", "kubelet-serving"}
    );
}

TEST_CASE("trust: an operator who stands in the list twice is one") {
    model::Homelab homelab = testing::owners_homelab();
    const std::string key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEYrLug/SyLDo6ZGHJBbr4IX6Y56ffqJlik5HG0gQRSP";
    homelab.operators = {{.value = key + " duck@desk"}, {.value = key + " duck@elsewhere"}};
    CHECK(planned(homelab).operators == std::vector<std::string>{key + " duck@desk"});
}

TEST_CASE("trust: system:masters is the operators' alone") {
    const pki::TrustPlan trust = planned(testing::three_control_planes());
    for (const CertificateSpec& spec : trust.certificates) {
        CAPTURE(spec.name);
        const bool is_master = std::ranges::count(spec.organizations, "system:masters") > 0;
        CHECK(is_master == (spec.name == "operators/super-admin"));
        CHECK(spec.owners.empty() == spec.name.starts_with("operators/"));
    }
    CHECK(
        find(trust, "operators/admin").organizations ==
        std::vector<std::string>{"kubeadm:cluster-admins"}
    );
}

TEST_CASE("trust: who checks certificates without having one is told of new authorities") {
    CHECK(planned(testing::owners_homelab()).readers.empty());
    const pki::TrustPlan trust = planned(testing::three_control_planes());
    CHECK(trust.readers.size() == 4);
    CHECK(std::ranges::count(trust.readers, "old", &pki::BundleReader::node) == 1);
}

TEST_CASE("trust: the API server answers to every name and address somebody dials") {
    model::Homelab homelab = testing::owners_homelab();
    homelab.network.tailnet_domain =
        model::Spanned<std::string>{.value = "duck.ts.net", .span = {}};
    testing::node(homelab, "control-plane").tailnet_address =
        model::Spanned<net::Address>{.value = *net::parse_address("100.64.0.7"), .span = {}};
    testing::node(homelab, "control-plane").names = {{.value = "api.example.com", .span = {}}};
    const CertificateSpec spec = find(planned(homelab), "nodes/control-plane/apiserver");
    CHECK(
        spec.dns_names ==
        std::vector<std::string>{
            "api.example.com",
            "control-plane",
            "control-plane.duck.ts.net",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "localhost",
        }
    );
    CHECK(
        texts(spec.addresses) ==
        std::vector<std::string>{"10.20.1.10", "10.96.0.1", "100.64.0.7", "127.0.0.1", "::1"}
    );
}

TEST_CASE("trust: a kubelet's serving certificate carries its node's address") {
    const pki::TrustPlan trust = planned(testing::owners_homelab());
    const CertificateSpec spec = find(trust, "nodes/firebat/kubelet-serving");
    CHECK(texts(spec.addresses) == std::vector<std::string>{"192.168.0.11"});
    CHECK(spec.dns_names == std::vector<std::string>{"firebat"});
}

TEST_CASE("trust: service account and encryption keys are shared by the control planes") {
    const pki::TrustPlan trust = planned(testing::three_control_planes());
    REQUIRE(trust.secrets.size() == 2);
    for (const pki::SecretSpec& secret : trust.secrets) {
        CHECK(secret.owners == std::vector<std::string>{"control-plane", "firebat", "ultra"});
        CHECK(secret.user == "kubernetes");
    }
}

TEST_CASE("trust: every edge joins certificates that exist and fit") {
    for (const model::Homelab& homelab :
         {testing::owners_homelab(), testing::three_control_planes()}) {
        const pki::TrustPlan trust = planned(homelab);
        std::set<std::string> used;
        for (const pki::TrustEdge& edge : trust.edges) {
            CAPTURE(edge.client);
            CAPTURE(edge.server);
            CAPTURE(edge.server_name);
            const CertificateSpec client = find(trust, edge.client);
            const CertificateSpec server = find(trust, edge.server);
            CHECK(client.usage != Usage::server);
            CHECK(server.usage != Usage::client);
            CHECK(client.authority == edge.server_trusts);
            CHECK(server.authority == edge.client_trusts);
            const bool has_name = std::ranges::count(server.dns_names, edge.server_name) > 0 ||
                                  std::ranges::count(texts(server.addresses), edge.server_name) > 0;
            CHECK(has_name);
            used.insert({edge.client, edge.server});
        }
        for (const CertificateSpec& spec : trust.certificates) {
            CAPTURE(spec.name);
            const bool has_peer = homelab.nodes.size() > 0 && !spec.name.ends_with("/etcd-peer");
            CHECK((used.contains(spec.name) || !has_peer));
        }
    }
}

TEST_CASE("trust: edges grow with the number of nodes, not of pairs") {
    model::Homelab homelab = testing::owners_homelab();
    const std::size_t before = planned(homelab).edges.size();
    for (int i = 0; i < 100; ++i) {
        testing::add_node(homelab, {.name = fmt::format("edge-{}", i), .site = "aws"});
    }
    CHECK(planned(homelab).edges.size() == before + 100 * 5);
}

TEST_CASE("trust: a new node brings its own certificates and changes no other") {
    model::Homelab homelab = testing::owners_homelab();
    const pki::TrustPlan before = planned(homelab);
    testing::add_node(homelab, {.name = "mini", .site = "home"});
    pki::TrustPlan after = planned(homelab);
    CHECK(std::erase_if(after.certificates, [](const CertificateSpec& spec) {
              return spec.name.starts_with("nodes/mini/");
          }) == 5);
    CHECK(after.certificates == before.certificates);
    CHECK(after.secrets == before.secrets);
}

} // namespace
} // namespace ducksnest::plan
