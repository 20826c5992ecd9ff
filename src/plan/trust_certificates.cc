#include "plan/trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::plan {
namespace {

using pki::Authority;
using pki::CertificateSpec;
using pki::Usage;

/// What `certs open` gives to whom: the two components that sign and check service account tokens
/// share a user because they share that key; every other process has its own.
constexpr std::string_view api_user = "kubernetes";
constexpr std::string_view scheduler_user = "kube-scheduler";
constexpr std::string_view etcd_user = "etcd";
constexpr std::string_view root_user = "root";

/// Builds the certificates of one node.
class NodeCertificates {
public:
    NodeCertificates(const Context& context, const Machine& machine, pki::TrustPlan& trust)
        : context_(context)
        , machine_(machine)
        , trust_(trust) {}

    void add_node() {
        const std::string& name = machine_.node->name;
        CertificateSpec& kubelet = client("kubelet", "system:node:" + name, root_user);
        kubelet.organizations = {"system:nodes"};
        kubelet.units = {"kubelet.service"};

        CertificateSpec& serving =
            server("kubelet-serving", Authority::cluster, "system:node:" + name, root_user);
        serving.organizations = {"system:nodes"};
        serving.units = {"kubelet.service"};
        add_own_names(serving);

        client("kube-proxy", "system:kube-proxy", root_user).units = {"kube-proxy.service"};

        // Its own name on each node, so that audit and RBAC can tell a stolen key from the others.
        client("calico-cni", "ducksnest:calico-cni:" + name, root_user).organizations = {
            "ducksnest:calico-cni"
        };

        CertificateSpec& fence = client("fence", "ducksnest:fence:" + name, root_user);
        fence.organizations = {"ducksnest:fence"};
        fence.units = {"ducksnest-fence.service"};
    }

    void add_control_plane() {
        add_api_server();
        add_etcd();
        client("controller-manager", "system:kube-controller-manager", api_user).units = {
            "kube-controller-manager.service"
        };
        add_loopback("controller-manager-serving", "kube-controller-manager", api_user);
        client("scheduler", "system:kube-scheduler", scheduler_user).units = {
            "kube-scheduler.service"
        };
        add_loopback("scheduler-serving", "kube-scheduler", scheduler_user);
        // Not system:masters, which nothing can revoke. Until the binding of this group exists the
        // API server's policy file lets this one user create it.
        client("bootstrap", "ducksnest:bootstrap", root_user).organizations = {
            "kubeadm:cluster-admins"
        };
        client("dr", "ducksnest:dr", root_user).units = {"ducksnest-dr.service"};
    }

private:
    void add_api_server() {
        CertificateSpec& serving =
            server("apiserver", Authority::cluster, "kube-apiserver", api_user);
        serving.units = {"kube-apiserver.service"};
        const std::string& domain = *context_.homelab->domain;
        serving.dns_names = {
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc." + domain,
            "localhost",
        };
        serving.addresses = {loopback_v4(), loopback_v6(), context_.service_ip};
        add_own_names(serving);

        // No organization: RBAC binds the user to system:kubelet-api-admin.
        client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", api_user).units = {
            "kube-apiserver.service"
        };
        CertificateSpec& etcd =
            client("apiserver-etcd-client", "kube-apiserver-etcd-client", api_user);
        etcd.authority = Authority::etcd;
        etcd.units = {"kube-apiserver.service"};
        CertificateSpec& proxy = client("front-proxy-client", "front-proxy-client", api_user);
        proxy.authority = Authority::front_proxy;
        proxy.units = {"kube-apiserver.service"};
    }

    void add_etcd() {
        for (const std::string_view name : {"etcd-server", "etcd-peer"}) {
            CertificateSpec& spec = server(name, Authority::etcd, machine_.node->name, etcd_user);
            // etcd dials its own listener, and peers dial each other, with the same certificate.
            spec.usage = Usage::client_and_server;
            spec.units = {"etcd.service"};
            spec.dns_names = {"localhost"};
            spec.addresses = {loopback_v4(), loopback_v6()};
            add_own_names(spec);
        }
        client("etcd-healthcheck-client", "kube-etcd-healthcheck-client", etcd_user).authority =
            Authority::etcd;
    }

    void add_loopback(std::string_view name, std::string_view common_name, std::string_view user) {
        CertificateSpec& spec = server(name, Authority::cluster, std::string(common_name), user);
        spec.units = {fmt::format("{}.service", common_name)};
        spec.dns_names = {"localhost"};
        spec.addresses = {loopback_v4()};
    }

    CertificateSpec& client(std::string_view name, std::string common_name, std::string_view user) {
        CertificateSpec& spec = trust_.certificates.emplace_back();
        spec.name = node_certificate(*machine_.node, name);
        spec.usage = Usage::client;
        spec.common_name = std::move(common_name);
        spec.owners = {machine_.node->name};
        spec.user = user;
        return spec;
    }

    CertificateSpec& server(
        std::string_view name, Authority authority, std::string common_name, std::string_view user
    ) {
        CertificateSpec& spec = client(name, std::move(common_name), user);
        spec.authority = authority;
        spec.usage = Usage::server;
        return spec;
    }

    /// The node under every name and address somebody may dial; sorted, without repetitions.
    void add_own_names(CertificateSpec& spec) const {
        const model::Node& node = *machine_.node;
        spec.dns_names.push_back(node.name);
        for (const auto& name : node.names) {
            spec.dns_names.push_back(*name);
        }
        if (const auto name = tailnet_name(context_, node)) {
            spec.dns_names.push_back(*name);
        }
        spec.addresses.push_back(machine_.address);
        if (node.tailnet_address) {
            spec.addresses.push_back(**node.tailnet_address);
        }
        sort_unique(spec.dns_names);
        sort_unique(spec.addresses);
    }

    template <class T>
    static void sort_unique(std::vector<T>& items) {
        std::ranges::sort(items);
        items.erase(std::ranges::unique(items).begin(), items.end());
    }

    static net::Address loopback_v4() { return net::Address::v4(0x7f000001); }
    static net::Address loopback_v6() {
        net::Address address{.family = net::Family::v6, .bytes = {}};
        address.bytes.back() = 1;
        return address;
    }

    const Context& context_;
    const Machine& machine_;
    pki::TrustPlan& trust_;
};

void add_operator(pki::TrustPlan& trust, std::string_view name, std::string_view group) {
    CertificateSpec& spec = trust.certificates.emplace_back();
    spec.name = fmt::format("operators/{}", name);
    spec.common_name = fmt::format("kubernetes-{}", name);
    spec.organizations = {std::string(group)};
}

} // namespace

namespace detail {

void add_certificates(const Context& context, pki::TrustPlan& trust) {
    constexpr std::size_t per_node = 5;
    constexpr std::size_t per_control_plane = 16;
    trust.certificates.reserve(
        context.machines.size() * per_node + context.control_planes.size() * per_control_plane + 2
    );
    for (const Machine& machine : context.machines) {
        NodeCertificates certificates(context, machine, trust);
        certificates.add_node();
        if (*machine.node->role == model::Role::control_plane) {
            certificates.add_control_plane();
        }
    }
    add_operator(trust, "admin", "kubeadm:cluster-admins");
    add_operator(trust, "super-admin", "system:masters");
}

void add_secrets(const Context& context, pki::TrustPlan& trust) {
    std::vector<std::string> owners;
    for (const Machine* machine : context.control_planes) {
        owners.push_back(machine->node->name);
    }
    // One key for all control planes: a token signed by one is accepted by the others.
    trust.secrets.push_back(
        {.name = "service-account",
         .kind = pki::SecretKind::signing_key,
         .owners = owners,
         .user = std::string(api_user),
         .units = {"kube-apiserver.service", "kube-controller-manager.service"}}
    );
    trust.secrets.push_back(
        {.name = "encryption-key",
         .kind = pki::SecretKind::encryption_key,
         .owners = owners,
         .user = std::string(api_user),
         .units = {"kube-apiserver.service"}}
    );
}

} // namespace detail
} // namespace ducksnest::plan
