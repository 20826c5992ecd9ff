#include "plan/paths.h"
#include "plan/units/units.h"

namespace ducksnest::plan {

Unit controller_manager_unit() {
    const std::string kubeconfig = kubeconfig_file("controller-manager");
    Unit unit{
        .name = "kube-controller-manager",
        .description = "Kubernetes controller manager",
        .package = "kubernetes",
        .program = "kube-controller-manager",
        .arguments =
            {flag("kubeconfig", kubeconfig),
             flag("authentication-kubeconfig", kubeconfig),
             flag("authorization-kubeconfig", kubeconfig),
             flag("bind-address", "127.0.0.1"),
             flag("allocate-node-cidrs", "false"), // Calico hands out addresses
             flag("client-ca-file", bundle_file(pki::Authority::cluster)),
             // No authority's key is on any node, so nothing here can sign: every kubelet brings
             // its certificates along.
             flag(
                 "controllers",
                 "*,-certificatesigningrequest-approving-controller,"
                 "-certificatesigningrequest-signing-controller"
             ),
             flag("leader-elect", "true"),
             flag("profiling", "false"),
             flag("requestheader-client-ca-file", bundle_file(pki::Authority::front_proxy)),
             flag("root-ca-file", bundle_file(pki::Authority::cluster)),
             flag("service-account-private-key-file", key_file("service-account")),
             flag("terminated-pod-gc-threshold", "500"),
             flag("tls-cert-file", certificate_file("controller-manager-serving")),
             flag("tls-private-key-file", key_file("controller-manager-serving")),
             flag("use-service-account-credentials", "true")},
        .user = std::string(user_kubernetes),
        .after = {std::string(open_service), "kube-apiserver.service"},
        .requires_ = {std::string(open_service)},
        .credentials = {"controller-manager", "controller-manager-serving", "service-account"},
        .files = {kubeconfig},
    };
    add_tls_arguments(unit.arguments);
    return unit;
}

} // namespace ducksnest::plan
