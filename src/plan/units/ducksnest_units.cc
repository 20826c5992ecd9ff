#include "plan/paths.h"
#include "plan/units/units.h"
#include "plan/versions.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

Unit ducksnest(std::string name, std::string description, std::vector<std::string> arguments) {
    return {
        .name = std::move(name),
        .description = std::move(description),
        .package = "ducksnest",
        .program = "ducksnest",
        .arguments = std::move(arguments),
    };
}

} // namespace

Unit open_unit(const Machine& machine) {
    const auto& host_key = machine.node->host_key;
    const bool is_rsa = host_key && host_key->value.starts_with("ssh-rsa ");
    Unit unit = ducksnest(
        "ducksnest-open",
        "this node's secrets, opened into memory",
        {"certs",
         "open",
         flag("directory", homelab_folder),
         flag("node", machine.node->name),
         flag("to", secrets_folder),
         flag("host-key", fmt::format("/etc/ssh/ssh_host_{}_key", is_rsa ? "rsa" : "ed25519"))}
    );
    unit.after = {"local-fs.target"};
    unit.type = "oneshot";
    unit.restart = "on-failure";
    return unit;
}

Unit fence_unit(const Machine& machine) {
    Unit unit = ducksnest(
        "ducksnest-fence",
        "stops workloads with one writer when this node is cut off",
        {"fence",
         flag("node", machine.node->name),
         flag("lock", lock_path),
         flag("kubeconfig", kubeconfig_file("fence")),
         flag("watchdog", "/dev/watchdog")}
    );
    unit.after = {std::string(open_service), "kubelet.service"};
    unit.requires_ = {std::string(open_service)};
    unit.credentials = {"fence"};
    unit.files = {kubeconfig_file("fence")};
    unit.restart_seconds = 1;
    return unit;
}

Unit bootstrap_unit() {
    Unit unit = ducksnest(
        "ducksnest-bootstrap",
        "applies the cluster's own objects",
        {"bootstrap",
         flag("lock", lock_path),
         flag("kubeconfig", kubeconfig_file("bootstrap")),
         flag("definitions", definitions_path)}
    );
    unit.after = {std::string(open_service), "kube-apiserver.service"};
    unit.requires_ = {std::string(open_service)};
    unit.credentials = {"bootstrap"};
    unit.files = {kubeconfig_file("bootstrap")};
    unit.type = "oneshot";
    unit.restart = "on-failure";
    unit.restart_seconds = 10;
    return unit;
}

Unit dr_unit() {
    Unit unit = ducksnest(
        "ducksnest-dr",
        "replaces machines of a lost site and gives them back",
        {"dr", "run", flag("lock", lock_path), flag("kubeconfig", kubeconfig_file("dr"))}
    );
    unit.after = {std::string(open_service), "kube-apiserver.service"};
    unit.requires_ = {std::string(open_service)};
    unit.credentials = {"dr"};
    unit.files = {kubeconfig_file("dr")};
    unit.state_directory = "ducksnest-dr";
    return unit;
}

Unit cache_proxy_unit(const model::Homelab& homelab) {
    const model::Cache& cache = *homelab.cache;
    std::string from = "s3://" + *cache.bucket;
    for (const model::Site& site : homelab.sites) {
        if (site.region) {
            from += "?region=" + **site.region;
            break;
        }
    }
    Unit unit = ducksnest(
        "ducksnest-cache-proxy",
        "binary cache for this node's Nix daemon",
        {"cache",
         "proxy",
         flag("from", from),
         flag("listen", fmt::format("127.0.0.1:{}", cache_proxy_port)),
         flag("folder", "/var/lib/ducksnest-cache")}
    );
    if (cache.public_key) {
        unit.arguments.push_back(flag("trusted-key", **cache.public_key));
    }
    unit.user = "ducksnest-cache";
    unit.after = {"network-online.target"};
    unit.state_directory = "ducksnest-cache";
    return unit;
}

} // namespace ducksnest::plan
