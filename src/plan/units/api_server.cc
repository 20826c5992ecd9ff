#include "base/text.h"
#include "plan/paths.h"
#include "plan/units/units.h"
#include "plan/versions.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

using Arguments = std::vector<std::string>;

void append(Arguments& arguments, std::initializer_list<std::string> more) {
    arguments.insert(arguments.end(), more);
}

/// The member beside it first, then the others: the client moves on when one is down.
std::string etcd_servers(const Context& context, const Machine& machine) {
    Arguments servers{fmt::format("https://127.0.0.1:{}", etcd_client_port)};
    for (const Machine* member : context.control_planes) {
        if (member != &machine) {
            servers.push_back(https_url(member->address, etcd_client_port));
        }
    }
    return join(servers, ",");
}

void add_admission(Arguments& arguments) {
    append(
        arguments,
        {flag("allow-privileged", "true"), // calico-node programs the host's network
         flag("anonymous-auth", "false"),
         flag("authorization-mode", "Node,RBAC,ABAC"),
         flag("authorization-policy-file", std::string(config_folder) + "/bootstrap-policy.jsonl"),
         flag(
             "enable-admission-plugins",
             "AlwaysPullImages,DenyServiceExternalIPs,EventRateLimit,NodeRestriction"
         ),
         flag("admission-control-config-file", config_file("admission"))}
    );
}

void add_audit(Arguments& arguments) {
    append(
        arguments,
        {flag("audit-policy-file", config_file("audit-policy")),
         flag("audit-log-path", "/var/log/kubernetes/audit.log"),
         flag("audit-log-maxage", "30"),
         flag("audit-log-maxbackup", "10"),
         flag("audit-log-maxsize", "100")}
    );
}

void add_clients(Arguments& arguments, const std::string& etcd) {
    append(
        arguments,
        {flag("etcd-servers", etcd),
         flag("etcd-cafile", bundle_file(pki::Authority::etcd)),
         flag("etcd-certfile", certificate_file("apiserver-etcd-client")),
         flag("etcd-keyfile", key_file("apiserver-etcd-client")),
         flag("encryption-provider-config", encryption_config_file()),
         flag("kubelet-certificate-authority", bundle_file(pki::Authority::cluster)),
         flag("kubelet-client-certificate", certificate_file("apiserver-kubelet-client")),
         flag("kubelet-client-key", key_file("apiserver-kubelet-client")),
         // Never a host name: nobody resolves it, and the address is what the certificate carries.
         flag("kubelet-preferred-address-types", "InternalIP"),
         flag("proxy-client-cert-file", certificate_file("front-proxy-client")),
         flag("proxy-client-key-file", key_file("front-proxy-client")),
         flag("requestheader-client-ca-file", bundle_file(pki::Authority::front_proxy)),
         flag("requestheader-allowed-names", "front-proxy-client"),
         flag("requestheader-extra-headers-prefix", "X-Remote-Extra-"),
         flag("requestheader-group-headers", "X-Remote-Group"),
         flag("requestheader-username-headers", "X-Remote-User")}
    );
}

void add_service_accounts(Arguments& arguments, const std::string& domain) {
    append(
        arguments,
        {flag("service-account-issuer", "https://kubernetes.default.svc." + domain),
         flag("service-account-key-file", public_key_file("service-account")),
         flag("service-account-signing-key-file", key_file("service-account")),
         flag("service-account-lookup", "true"),
         flag("service-account-extend-token-expiration", "false")}
    );
}

} // namespace

Unit api_server_unit(const Context& context, const Machine& machine) {
    Unit unit{
        .name = "kube-apiserver",
        .description = "Kubernetes API server",
        .package = "kubernetes",
        .program = "kube-apiserver",
        .arguments =
            {flag("advertise-address", machine.address_text),
             flag("bind-address", "0.0.0.0"),
             flag("secure-port", fmt::format("{}", api_port)),
             flag("service-cluster-ip-range", net::to_string(*context.homelab->network.services)),
             flag("profiling", "false"),
             flag("request-timeout", "60s"),
             flag("client-ca-file", bundle_file(pki::Authority::cluster)),
             flag("tls-cert-file", certificate_file("apiserver")),
             flag("tls-private-key-file", key_file("apiserver"))},
        .user = std::string(user_kubernetes),
        .after = {std::string(open_service), "network-online.target", "etcd.service"},
        .requires_ = {std::string(open_service)},
        .credentials =
            {"apiserver",
             "apiserver-etcd-client",
             "apiserver-kubelet-client",
             "encryption-key",
             "front-proxy-client",
             "service-account"},
        .files =
            {config_file("admission"),
             config_file("audit-policy"),
             std::string(config_folder) + "/bootstrap-policy.jsonl"},
        .logs_directory = "kubernetes",
        .type = "notify",
    };
    add_tls_arguments(unit.arguments);
    add_admission(unit.arguments);
    add_audit(unit.arguments);
    add_clients(unit.arguments, etcd_servers(context, machine));
    add_service_accounts(unit.arguments, *context.homelab->domain);
    if (context.balanced) {
        // Long HTTP/2 connections would stay with the server that survived the last restart.
        unit.arguments.push_back(flag("goaway-chance", "0.001"));
    }
    return unit;
}

} // namespace ducksnest::plan
