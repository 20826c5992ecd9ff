#include "plan/labels.h"
#include "plan/paths.h"
#include "plan/units/units.h"
#include "plan/versions.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

/// What a machine's size decides.
struct Limits {
    int pods = 110; ///< Kubernetes' own default.
    int processes_per_pod = 4096;
    int image_pulls = 3;
    std::string_view log_size = "10Mi";
    std::string_view root_disk = "10%";
};

Limits limits_of(MemoryClass memory_class) {
    switch (memory_class) {
    case MemoryClass::small:
        return {
            .pods = 20,
            .processes_per_pod = 1024,
            .image_pulls = 1,
            .log_size = "2Mi",
            .root_disk = "10%",
        };
    case MemoryClass::medium:
        return {
            .pods = 60,
            .processes_per_pod = 2048,
            .image_pulls = 2,
            .log_size = "5Mi",
            .root_disk = "10%",
        };
    case MemoryClass::large:
        return {};
    }
    return {};
}

/// Kubernetes knows three kinds of reserve; what runs as DaemonSet asks for itself.
struct Reserved {
    Capacity system{};
    Capacity kubernetes{};
    model::Mebibytes eviction = 0;
};

Reserved reserved_of(const Context& context, const MachineKind& kind) {
    Reserved reserved;
    for (const Reserve& reserve : reserves_of(use_of(context, kind.role, kind.memory_class))) {
        if (reserve.is_daemon) {
            continue;
        }
        if (reserve.name == "eviction") {
            reserved.eviction = reserve.memory;
            continue;
        }
        Capacity& sum = reserve.name == "system" ? reserved.system : reserved.kubernetes;
        sum.memory += reserve.memory;
        sum.millicpus += reserve.millicpus;
    }
    return reserved;
}

Json reserved_json(const Capacity& capacity, std::string_view disk) {
    return Json::object(
        {{"cpu", fmt::format("{}m", capacity.millicpus)},
         {"memory", fmt::format("{}Mi", capacity.memory)},
         {"ephemeral-storage", disk}}
    );
}

Json taints_json(const MachineKind& kind) {
    Json::Array taints;
    for (const Taint& taint : taints_of(kind.role, kind.memory_class)) {
        taints.push_back(
            Json::object({{"key", taint.key}, {"value", taint.value}, {"effect", taint.effect}})
        );
    }
    return {std::move(taints)};
}

void add_security(Json& config) {
    config.set(
        "authentication",
        Json::object(
            {{"anonymous", Json::object({{"enabled", false}})},
             {"webhook", Json::object({{"enabled", true}, {"cacheTTL", "2m0s"}})},
             {"x509", Json::object({{"clientCAFile", bundle_file(pki::Authority::cluster)}})}}
        )
    );
    config.set(
        "authorization",
        Json::object(
            {{"mode", "Webhook"},
             {"webhook",
              Json::object({{"cacheAuthorizedTTL", "5m0s"}, {"cacheUnauthorizedTTL", "30s"}})}}
        )
    );
    config.set("makeIPTablesUtilChains", true);
    config.set("protectKernelDefaults", true);
    config.set("readOnlyPort", 0);
    config.set("seccompDefault", true);
    config.set("streamingConnectionIdleTimeout", "5m0s");
    // Neither rotateCertificates nor serverTLSBootstrap: both pairs are issued before the node
    // starts, and the kubelet reads them again when `certs open` has replaced them.
    config.set("tlsCertFile", certificate_file("kubelet-serving"));
    config.set("tlsPrivateKeyFile", key_file("kubelet-serving"));
    config.set("tlsCipherSuites", Json::strings(cipher_suites()));
    config.set("tlsMinVersion", "VersionTLS12");
}

void add_limits(Json& config, const Context& context, const MachineKind& kind) {
    const Limits limits = limits_of(kind.memory_class);
    const Reserved reserved = reserved_of(context, kind);
    config.set("containerLogMaxFiles", 3);
    config.set("containerLogMaxSize", limits.log_size);
    config.set("enforceNodeAllocatable", Json::strings({"pods"}));
    config.set("eventRecordQPS", 5);
    config.set(
        "evictionHard",
        Json::object(
            {{"memory.available", fmt::format("{}Mi", reserved.eviction)},
             {"nodefs.available", limits.root_disk},
             {"nodefs.inodesFree", "5%"},
             {"imagefs.available", "15%"},
             {"imagefs.inodesFree", "5%"}}
        )
    );
    config.set("kubeReserved", reserved_json(reserved.kubernetes, "1Gi"));
    config.set("maxParallelImagePulls", limits.image_pulls);
    config.set("maxPods", limits.pods);
    config.set("podPidsLimit", limits.processes_per_pod);
    config.set("registerWithTaints", taints_json(kind));
    config.set("serializeImagePulls", limits.image_pulls == 1);
    config.set("systemReserved", reserved_json(reserved.system, "1Gi"));
}

} // namespace

ConfigFile kubelet_config(const Context& context, const MachineKind& kind) {
    Json config = Json::object(
        {{"apiVersion", "kubelet.config.k8s.io/v1beta1"},
         {"kind", "KubeletConfiguration"},
         {"cgroupDriver", "systemd"},
         {"clusterDNS", Json::strings({net::to_string(context.dns_ip)})},
         {"clusterDomain", *context.homelab->domain},
         {"containerRuntimeEndpoint", fmt::format("unix://{}", containerd_socket)},
         {"failSwapOn", true},
         {"healthzBindAddress", "127.0.0.1"},
         {"healthzPort", 10248},
         {"port", kubelet_port},
         // A laptop that is switched off says goodbye to its pods first.
         {"shutdownGracePeriod", "30s"},
         {"shutdownGracePeriodCriticalPods", "10s"},
         // The default lies below /usr/libexec, which NixOS does not have.
         {"volumePluginDir", "/var/lib/kubelet/volumeplugins"}}
    );
    add_security(config);
    add_limits(config, context, kind);
    return {.path = config_file("kubelet"), .mode = 0600, .content = std::move(config)};
}

} // namespace ducksnest::plan
