#include "pki/testing/trust_ground.h"

#include "net/address.h"

#include <algorithm>

namespace ducksnest::pki::testing {

TrustGround::TrustGround(std::size_t workers, std::uint64_t seed)
    : random(seed) {
    now = parse_time("2026-11-21T09:30:00Z").value();
    plan.homelab = "nest";
    operator_key = add_operator("duck@desk");
    operator_identity.push_back(age::Identity::parse_openssh(as_text(operator_key.view())).value());
    add_control_plane();
    for (std::size_t number = 1; number <= workers; ++number) {
        add_worker("worker" + std::to_string(number));
    }
}

CertificateSpec& TrustGround::add(const std::string& node, const std::string& name, Usage usage) {
    CertificateSpec& spec = plan.certificates.emplace_back();
    spec.name = "nodes/" + node + "/" + name;
    spec.usage = usage;
    spec.common_name = name;
    spec.owners = {node};
    spec.user = "root";
    spec.units = {name + ".service"};
    if (usage != Usage::client) {
        spec.dns_names = {"localhost", node};
        std::ranges::sort(spec.dns_names);
        spec.addresses = {net::parse_address("127.0.0.1").value()};
    }
    return spec;
}

void TrustGround::add_control_plane() {
    age::HostKeyPair host = age::make_host_key(random, "control");
    plan.host_keys["control"] = host.public_line;
    host_keys["control"] = std::move(host.private_file);
    add("control", "apiserver", Usage::server);
    add("control", "etcd-server", Usage::client_and_server).authority = Authority::etcd;
    add("control", "apiserver-etcd-client", Usage::client).authority = Authority::etcd;
    add("control", "front-proxy-client", Usage::client).authority = Authority::front_proxy;
    add("control", "apiserver-kubelet-client", Usage::client);
    CertificateSpec& admin = plan.certificates.emplace_back();
    admin.name = "operators/super-admin";
    admin.common_name = "kubernetes-super-admin";
    admin.organizations = {"system:masters"};
    plan.secrets = {
        {.name = "encryption-key",
         .kind = SecretKind::encryption_key,
         .owners = {"control"},
         .user = "kubernetes",
         .units = {"kube-apiserver.service"}},
        {.name = "service-account",
         .kind = SecretKind::signing_key,
         .owners = {"control"},
         .user = "kubernetes",
         .units = {"kube-apiserver.service"}},
    };
    plan.edges = {
        {.client = "nodes/control/apiserver-etcd-client",
         .server = "nodes/control/etcd-server",
         .server_name = "127.0.0.1",
         .client_trusts = Authority::etcd,
         .server_trusts = Authority::etcd},
        {.client = "nodes/control/front-proxy-client",
         .server = "nodes/control/apiserver",
         .server_name = "localhost",
         .client_trusts = Authority::cluster,
         .server_trusts = Authority::front_proxy},
        {.client = "operators/super-admin",
         .server = "nodes/control/apiserver",
         .server_name = "control"},
    };
    sort_plan();
}

void TrustGround::add_worker(const std::string& name) {
    age::HostKeyPair host = age::make_host_key(random, name);
    plan.host_keys[name] = host.public_line;
    host_keys[name] = std::move(host.private_file);
    CertificateSpec& kubelet = add(name, "kubelet", Usage::client);
    kubelet.common_name = "system:node:" + name;
    kubelet.organizations = {"system:nodes"};
    add(name, "kubelet-serving", Usage::server);
    plan.edges.push_back(
        {.client = "nodes/" + name + "/kubelet",
         .server = "nodes/control/apiserver",
         .server_name = "control"}
    );
    plan.edges.push_back(
        {.client = "nodes/control/apiserver-kubelet-client",
         .server = "nodes/" + name + "/kubelet-serving",
         .server_name = name}
    );
    sort_plan();
}

void TrustGround::drop_worker(const std::string& name) {
    const std::string prefix = "nodes/" + name + "/";
    std::erase_if(plan.certificates, [&](const CertificateSpec& spec) {
        return spec.name.starts_with(prefix);
    });
    std::erase_if(plan.edges, [&](const TrustEdge& edge) {
        return edge.client.starts_with(prefix) || edge.server.starts_with(prefix);
    });
    plan.host_keys.erase(name);
}

Secret TrustGround::add_operator(const std::string& name) {
    age::HostKeyPair key = age::make_host_key(random, name);
    plan.operators.push_back(key.public_line);
    return std::move(key.private_file);
}

age::Identity TrustGround::identity_of(const std::string& node) const {
    return age::Identity::parse_openssh(as_text(host_keys.at(node).view())).value();
}

void TrustGround::sort_plan() {
    std::ranges::sort(plan.certificates, {}, &CertificateSpec::name);
}

} // namespace ducksnest::pki::testing
