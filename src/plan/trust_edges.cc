#include "plan/trust.h"

#include <utility>

namespace ducksnest::plan {
namespace {

using pki::Authority;

/// Collects edges of one authority pair.
class Edges {
public:
    Edges(const Context& context, pki::TrustPlan& trust)
        : context_(context)
        , trust_(trust) {}

    /// From any node to every API server, under the name that node's kubeconfig dials.
    void to_every_api_server(const std::string& client) {
        for (const Machine* server : context_.control_planes) {
            add(client, node_certificate(*server->node, "apiserver"), context_.node_api_name);
        }
    }

    void add(std::string client, std::string server, std::string server_name) {
        trust_.edges.push_back(
            {.client = std::move(client),
             .server = std::move(server),
             .server_name = std::move(server_name),
             .client_trusts = Authority::cluster,
             .server_trusts = Authority::cluster}
        );
    }

    void add_etcd(std::string client, std::string server, std::string server_name) {
        add(std::move(client), std::move(server), std::move(server_name));
        trust_.edges.back().client_trusts = Authority::etcd;
        trust_.edges.back().server_trusts = Authority::etcd;
    }

    /// The API server dials an extension API server, which trusts the front-proxy authority for
    /// the user's name; the API server itself checks such clients the same way and stands for it.
    void add_front_proxy(std::string client, std::string server, std::string server_name) {
        add(std::move(client), std::move(server), std::move(server_name));
        trust_.edges.back().server_trusts = Authority::front_proxy;
    }

private:
    const Context& context_;
    pki::TrustPlan& trust_;
};

void add_etcd_edges(const Context& context, const Machine& from, Edges& edges) {
    const model::Node& node = *from.node;
    edges.add_etcd(
        node_certificate(node, "etcd-healthcheck-client"),
        node_certificate(node, "etcd-server"),
        "127.0.0.1"
    );
    for (const Machine* to : context.control_planes) {
        const bool is_self = to == &from;
        edges.add_etcd(
            node_certificate(node, "apiserver-etcd-client"),
            node_certificate(*to->node, "etcd-server"),
            is_self ? "127.0.0.1" : to->address_text
        );
        if (!is_self) {
            edges.add_etcd(
                node_certificate(node, "etcd-peer"),
                node_certificate(*to->node, "etcd-peer"),
                to->address_text
            );
        }
    }
}

void add_control_plane_edges(const Context& context, const Machine& machine, Edges& edges) {
    const model::Node& node = *machine.node;
    const std::string own = node_certificate(node, "apiserver");
    // The control plane's own clients dial the API server beside them, never the balancer: they
    // must not meet one of another version during an upgrade.
    for (const std::string_view client : {"controller-manager", "scheduler", "bootstrap", "dr"}) {
        edges.add(node_certificate(node, client), own, machine.address_text);
    }
    for (const std::string_view server : {"controller-manager-serving", "scheduler-serving"}) {
        edges.add(node_certificate(node, "bootstrap"), node_certificate(node, server), "127.0.0.1");
    }
    edges.add_front_proxy(node_certificate(node, "front-proxy-client"), own, machine.address_text);
    for (const Machine& to : context.machines) {
        edges.add(
            node_certificate(node, "apiserver-kubelet-client"),
            node_certificate(*to.node, "kubelet-serving"),
            to.address_text
        );
    }
    for (const std::string_view client : {"operators/admin", "operators/super-admin"}) {
        edges.add(std::string(client), own, machine.address_text);
    }
    add_etcd_edges(context, machine, edges);
}

} // namespace

namespace detail {

void add_edges(const Context& context, pki::TrustPlan& trust) {
    constexpr std::size_t per_node = 5;
    trust.edges.reserve(context.control_planes.size() * (context.machines.size() * per_node + 16));
    Edges edges(context, trust);
    for (const Machine& machine : context.machines) {
        for (const std::string_view client : {"kubelet", "kube-proxy", "calico-cni", "fence"}) {
            edges.to_every_api_server(node_certificate(*machine.node, client));
        }
    }
    for (const Machine* machine : context.control_planes) {
        add_control_plane_edges(context, *machine, edges);
    }
}

} // namespace detail
} // namespace ducksnest::plan
