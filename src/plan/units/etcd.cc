#include "base/text.h"
#include "plan/paths.h"
#include "plan/trust.h"
#include "plan/units/units.h"
#include "plan/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ducksnest::plan {
namespace {

std::string initial_cluster(const Context& context) {
    std::vector<std::string> members;
    for (const Machine* machine : context.control_planes) {
        members.push_back(
            fmt::format("{}={}", machine->node->name, https_url(machine->address, etcd_peer_port))
        );
    }
    return join(members, ",");
}

bool spans_sites(const Context& context) {
    std::set<std::string_view> sites;
    for (const Machine* machine : context.control_planes) {
        sites.insert(machine->site->name);
    }
    return sites.size() > 1;
}

/// TLS 1.2 without the two ChaCha20 suites, whose names differ between etcd 3.4 and 3.5. Every one
/// left is AEAD, which older protocol versions do not have, so none of them can be negotiated.
std::string etcd_cipher_suites() {
    std::vector<std::string> suites = cipher_suites();
    std::erase_if(suites, [](const std::string& suite) { return suite.contains("CHACHA20"); });
    return join(suites, ",");
}

void add_tls(std::vector<std::string>& arguments) {
    const std::string bundle = bundle_file(pki::Authority::etcd);
    arguments.insert(
        arguments.end(),
        {flag("cert-file", certificate_file("etcd-server")),
         flag("key-file", key_file("etcd-server")),
         flag("trusted-ca-file", bundle),
         flag("client-cert-auth", "true"),
         flag("peer-cert-file", certificate_file("etcd-peer")),
         flag("peer-key-file", key_file("etcd-peer")),
         flag("peer-trusted-ca-file", bundle),
         flag("peer-client-cert-auth", "true"),
         flag("cipher-suites", etcd_cipher_suites())}
    );
}

} // namespace

Unit etcd_unit(const Context& context, const Machine& machine) {
    const std::string client_url = https_url(machine.address, etcd_client_port);
    const std::string peer_url = https_url(machine.address, etcd_peer_port);
    const std::string loopback_url = fmt::format("https://127.0.0.1:{}", etcd_client_port);
    Unit unit{
        .name = "etcd",
        .description = "etcd, the store of the Kubernetes API",
        .package = "etcd",
        .program = "etcd",
        .arguments =
            {flag("name", machine.node->name),
             flag("data-dir", "/var/lib/etcd"),
             flag("listen-client-urls", fmt::format("{},{}", loopback_url, client_url)),
             flag("advertise-client-urls", client_url),
             flag("listen-peer-urls", peer_url),
             flag("initial-advertise-peer-urls", peer_url),
             flag("initial-cluster", initial_cluster(context)),
             flag("initial-cluster-state", "new"),
             flag("initial-cluster-token", *context.homelab->name),
             flag("listen-metrics-urls", "http://127.0.0.1:2381")},
        .user = std::string(user_etcd),
        .after = {std::string(open_service), "network-online.target", "tailscale-up.service"},
        .requires_ = {std::string(open_service)},
        .credentials = {"etcd-healthcheck-client", "etcd-peer", "etcd-server"},
        .state_directory = "etcd",
        .type = "notify",
    };
    if (spans_sites(context)) {
        // etcd's tuning guide: heartbeat about the round trip, election ten times that. Members
        // that talk through the tailnet would else call elections over a slow packet.
        unit.arguments.push_back(flag("heartbeat-interval", "250"));
        unit.arguments.push_back(flag("election-timeout", "2500"));
    }
    add_tls(unit.arguments);
    return unit;
}

} // namespace ducksnest::plan
