// The rules of the CIS Kubernetes Benchmark 1.12 that planned arguments and files decide, id by id.
// Not here, because no value of ours decides them: 1.1.1 to 1.1.8 (there are no static pods),
// 1.1.20 and 1.1.21 (modes of opened secrets: `certs open`), 3.1.1 to 3.1.3 (how people log in),
// 4.1.1 and 4.1.2 (unit files are links into the read-only Nix store), 5.x (objects in the
// cluster).

#include "plan/plan.h"
#include "plan/testing/homelabs.h"
#include "support/homelab.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest {
namespace {

/// One node of a plan, as an auditor asks about it.
class Audit {
public:
    Audit(const plan::Plan& plan, const plan::NodePlan& node)
        : plan_(plan)
        , node_(node) {}

    std::optional<std::string> flag(std::string_view unit, std::string_view name) const {
        const std::string prefix = "--" + std::string(name) + "=";
        for (const std::string& argument : node_.find_unit(unit)->arguments) {
            if (argument.starts_with(prefix)) {
                return argument.substr(prefix.size());
            }
        }
        return std::nullopt;
    }

    bool is(std::string_view unit, std::string_view name, std::string_view value) const {
        return flag(unit, name) == value;
    }

    bool is_set(std::string_view unit, std::string_view name) const {
        return !flag(unit, name).value_or("").empty();
    }

    bool at_least(std::string_view unit, std::string_view name, int least) const {
        const std::string text = flag(unit, name).value_or("");
        int value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value >= least;
    }

    bool has(std::string_view unit, std::string_view name, std::string_view item) const {
        return ("," + flag(unit, name).value_or("") + ",").contains("," + std::string(item) + ",");
    }

    /// Only suites that are AEAD with forward secrecy.
    static bool are_strong(std::string_view suites) {
        return !suites.empty() && !suites.contains("CBC") && !suites.contains("RC4") &&
               !suites.contains("3DES") && !suites.contains("TLS_RSA_");
    }

    const plan::ConfigFile* file(std::string_view path) const {
        for (const auto& each : node_.files) {
            if (each->path == path) {
                return &*each;
            }
        }
        return nullptr;
    }

    bool is_private(std::string_view path) const {
        const plan::ConfigFile* found = file(path);
        return found != nullptr && found->mode == 0600;
    }

    bool is_private_of_root(std::string_view path) const {
        return is_private(path) && file(path)->owner == "root";
    }

    const Json& kubelet(std::string_view key) const {
        static const Json nothing;
        const Json* value = file("/etc/kubernetes/kubelet.json")->content.find(key);
        return value == nullptr ? nothing : *value;
    }

    const plan::Plan& plan() const { return plan_; }

private:
    const plan::Plan& plan_;
    const plan::NodePlan& node_;
};

struct Rule {
    std::string_view id;
    bool (*holds)(const Audit& audit);
};

constexpr std::string_view api = "kube-apiserver";
constexpr std::string_view manager = "kube-controller-manager";
constexpr std::string_view scheduler = "kube-scheduler";

bool names(const Json& text, std::string_view part) {
    return text.dump().contains(part);
}

const std::vector<Rule> control_plane_files{
    {"1.1.11", [](const Audit& a) { return a.is("etcd", "data-dir", "/var/lib/etcd"); }},
    {"1.1.15", [](const Audit& a) { return a.is_private("/etc/kubernetes/scheduler.kubeconfig"); }},
    {"1.1.17",
     [](const Audit& a) { return a.is_private("/etc/kubernetes/controller-manager.kubeconfig"); }},
};

const std::vector<Rule> api_server{
    {"1.2.1", [](const Audit& a) { return a.is(api, "anonymous-auth", "false"); }},
    {"1.2.2", [](const Audit& a) { return !a.flag(api, "token-auth-file"); }},
    {"1.2.3",
     [](const Audit& a) { return a.has(api, "enable-admission-plugins", "DenyServiceExternalIPs"); }
    },
    {"1.2.4",
     [](const Audit& a) {
         return a.is_set(api, "kubelet-client-certificate") && a.is_set(api, "kubelet-client-key");
     }},
    {"1.2.5", [](const Audit& a) { return a.is_set(api, "kubelet-certificate-authority"); }},
    {"1.2.6", [](const Audit& a) { return !a.has(api, "authorization-mode", "AlwaysAllow"); }},
    {"1.2.7", [](const Audit& a) { return a.has(api, "authorization-mode", "Node"); }},
    {"1.2.8", [](const Audit& a) { return a.has(api, "authorization-mode", "RBAC"); }},
    {"1.2.9",
     [](const Audit& a) {
         return a.has(api, "enable-admission-plugins", "EventRateLimit") &&
                names(a.file("/etc/kubernetes/admission.json")->content, "\"qps\"");
     }},
    {"1.2.10", [](const Audit& a) { return !a.has(api, "enable-admission-plugins", "AlwaysAdmit"); }
    },
    {"1.2.11",
     [](const Audit& a) { return a.has(api, "enable-admission-plugins", "AlwaysPullImages"); }},
    {"1.2.12", [](const Audit& a) { return !a.flag(api, "disable-admission-plugins"); }},
    {"1.2.13", [](const Audit& a) { return !a.flag(api, "disable-admission-plugins"); }},
    {"1.2.14",
     [](const Audit& a) { return a.has(api, "enable-admission-plugins", "NodeRestriction"); }},
    {"1.2.15", [](const Audit& a) { return a.is(api, "profiling", "false"); }},
    {"1.2.16", [](const Audit& a) { return a.is_set(api, "audit-log-path"); }},
    {"1.2.17", [](const Audit& a) { return a.at_least(api, "audit-log-maxage", 30); }},
    {"1.2.18", [](const Audit& a) { return a.at_least(api, "audit-log-maxbackup", 10); }},
    {"1.2.19", [](const Audit& a) { return a.at_least(api, "audit-log-maxsize", 100); }},
    {"1.2.20", [](const Audit& a) { return a.is(api, "request-timeout", "60s"); }},
    {"1.2.21", [](const Audit& a) { return a.is(api, "service-account-lookup", "true"); }},
    {"1.2.22", [](const Audit& a) { return a.is_set(api, "service-account-key-file"); }},
    {"1.2.23",
     [](const Audit& a) { return a.is_set(api, "etcd-certfile") && a.is_set(api, "etcd-keyfile"); }
    },
    {"1.2.24",
     [](const Audit& a) {
         return a.is_set(api, "tls-cert-file") && a.is_set(api, "tls-private-key-file");
     }},
    {"1.2.25", [](const Audit& a) { return a.is_set(api, "client-ca-file"); }},
    {"1.2.26", [](const Audit& a) { return a.is_set(api, "etcd-cafile"); }},
    {"1.2.27", [](const Audit& a) { return a.is_set(api, "encryption-provider-config"); }},
    {"1.2.28",
     [](const Audit& a) {
         // secretbox first: that file holds the key, so `certs open` composes it from this secret.
         return std::ranges::count(
                    a.plan().trust.secrets, pki::SecretKind::encryption_key, &pki::SecretSpec::kind
                ) == 1;
     }},
    {"1.2.29",
     [](const Audit& a) { return Audit::are_strong(a.flag(api, "tls-cipher-suites").value_or("")); }
    },
    {"1.2.30",
     [](const Audit& a) { return a.is(api, "service-account-extend-token-expiration", "false"); }},
};

const std::vector<Rule> managers{
    {"1.3.1", [](const Audit& a) { return a.at_least(manager, "terminated-pod-gc-threshold", 1); }},
    {"1.3.2", [](const Audit& a) { return a.is(manager, "profiling", "false"); }},
    {"1.3.3",
     [](const Audit& a) { return a.is(manager, "use-service-account-credentials", "true"); }},
    {"1.3.4", [](const Audit& a) { return a.is_set(manager, "service-account-private-key-file"); }},
    {"1.3.5", [](const Audit& a) { return a.is_set(manager, "root-ca-file"); }},
    {"1.3.6",
     [](const Audit& a) {
         return !a.flag(manager, "feature-gates")
                     .value_or("")
                     .contains("RotateKubeletServerCertificate=false");
     }},
    {"1.3.7", [](const Audit& a) { return a.is(manager, "bind-address", "127.0.0.1"); }},
    {"1.4.1",
     [](const Audit& a) {
         const Json& config = a.file("/etc/kubernetes/scheduler.json")->content;
         return a.is(scheduler, "profiling", "false") &&
                *config.find("enableProfiling") == Json(false);
     }},
    {"1.4.2", [](const Audit& a) { return a.is(scheduler, "bind-address", "127.0.0.1"); }},
};

const std::vector<Rule> etcd_and_logs{
    {"2.1",
     [](const Audit& a) { return a.is_set("etcd", "cert-file") && a.is_set("etcd", "key-file"); }},
    {"2.2", [](const Audit& a) { return a.is("etcd", "client-cert-auth", "true"); }},
    {"2.3", [](const Audit& a) { return !a.flag("etcd", "auto-tls"); }},
    {"2.4",
     [](const Audit& a) {
         return a.is_set("etcd", "peer-cert-file") && a.is_set("etcd", "peer-key-file");
     }},
    {"2.5", [](const Audit& a) { return a.is("etcd", "peer-client-cert-auth", "true"); }},
    {"2.6", [](const Audit& a) { return !a.flag("etcd", "peer-auto-tls"); }},
    {"2.7",
     [](const Audit& a) {
         return a.flag("etcd", "trusted-ca-file") != a.flag(api, "client-ca-file");
     }},
    {"3.2.1",
     [](const Audit& a) {
         return a.is(api, "audit-policy-file", "/etc/kubernetes/audit-policy.json");
     }},
    {"3.2.2",
     [](const Audit& a) {
         const Json& policy = a.file("/etc/kubernetes/audit-policy.json")->content;
         return names(policy, "\"secrets\"") && names(policy, "\"pods/exec\"") &&
                names(policy, "\"rbac.authorization.k8s.io\"") && names(policy, "\"tokenreviews\"");
     }},
};

const std::vector<Rule> node_rules{
    {"1.1.9",
     [](const Audit& a) { return a.is_private_of_root("/etc/cni/net.d/10-calico.conflist"); }},
    {"4.1.3",
     [](const Audit& a) { return a.is_private_of_root("/etc/kubernetes/kube-proxy.kubeconfig"); }},
    {"4.1.5",
     [](const Audit& a) { return a.is_private_of_root("/etc/kubernetes/kubelet.kubeconfig"); }},
    {"4.1.9", [](const Audit& a) { return a.is_private_of_root("/etc/kubernetes/kubelet.json"); }},
    {"4.2.1",
     [](const Audit& a) {
         return *a.kubelet("authentication").find("anonymous")->find("enabled") == Json(false);
     }},
    {"4.2.2",
     [](const Audit& a) { return *a.kubelet("authorization").find("mode") == Json("Webhook"); }},
    {"4.2.3",
     [](const Audit& a) {
         return *a.kubelet("authentication").find("x509")->find("clientCAFile") ==
                Json("/run/ducksnest/secrets/bundles/cluster.crt");
     }},
    {"4.2.4", [](const Audit& a) { return a.kubelet("readOnlyPort") == Json(0); }},
    {"4.2.5",
     [](const Audit& a) { return a.kubelet("streamingConnectionIdleTimeout") == Json("5m0s"); }},
    {"4.2.6", [](const Audit& a) { return a.kubelet("makeIPTablesUtilChains") == Json(true); }},
    {"4.2.7", [](const Audit& a) { return !a.flag("kubelet", "hostname-override"); }},
    {"4.2.8", [](const Audit& a) { return *a.kubelet("eventRecordQPS").as_int() > 0; }},
    {"4.2.9",
     [](const Audit& a) {
         return a.kubelet("tlsCertFile") == Json("/run/ducksnest/secrets/kubelet-serving.crt") &&
                a.kubelet("tlsPrivateKeyFile") ==
                    Json("/run/ducksnest/secrets/kubelet-serving.key");
     }},
    {"4.2.10", [](const Audit& a) { return a.kubelet("rotateCertificates") != Json(false); }},
    {"4.2.11", [](const Audit& a) { return a.kubelet("featureGates").is_null(); }},
    {"4.2.12",
     [](const Audit& a) {
         return Audit::are_strong(a.kubelet("tlsCipherSuites").dump()) &&
                a.kubelet("tlsMinVersion") == Json("VersionTLS12");
     }},
    {"4.2.13", [](const Audit& a) { return *a.kubelet("podPidsLimit").as_int() > 0; }},
    {"4.2.14", [](const Audit& a) { return a.kubelet("seccompDefault") == Json(true); }},
    {"protect-kernel-defaults",
     [](const Audit& a) { return a.kubelet("protectKernelDefaults") == Json(true); }},
    {"4.3.1",
     [](const Audit& a) {
         return *a.file("/etc/kubernetes/kube-proxy.json")->content.find("metricsBindAddress") ==
                Json("127.0.0.1:10249");
     }},
};

void apply(const std::vector<Rule>& rules, const plan::Plan& plan, const plan::NodePlan& node) {
    for (const Rule& rule : rules) {
        CAPTURE(node.name);
        CAPTURE(rule.id);
        CHECK(rule.holds(Audit(plan, node)));
    }
}

void audit(const plan::Plan& plan) {
    for (const plan::NodePlan& node : plan.nodes) {
        apply(node_rules, plan, node);
        if (node.role == model::Role::control_plane) {
            apply(control_plane_files, plan, node);
            apply(api_server, plan, node);
            apply(managers, plan, node);
            apply(etcd_and_logs, plan, node);
        }
    }
}

TEST_CASE("CIS: every rule holds on every node of the example") {
    audit(plan::make_plan(testing::homelab_of(testing::example_text())));
}

TEST_CASE("CIS: and with three control planes") {
    audit(plan::make_plan(plan::testing::three_control_planes()));
}

TEST_CASE("CIS 3.1.1, 1.1.13: no credential of people on any node") {
    const plan::Plan plan = plan::make_plan(plan::testing::three_control_planes());
    for (const plan::NodePlan& node : plan.nodes) {
        for (const auto& unit : node.units) {
            CHECK(std::ranges::count(unit->credentials, "admin") == 0);
            CHECK(std::ranges::count(unit->credentials, "super-admin") == 0);
        }
    }
}

TEST_CASE("kernel: what protectKernelDefaults asks for is set") {
    // kubernetes/pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables.
    const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    std::set<std::string> found;
    for (const plan::KernelSetting& sysctl : plan.nodes[0].profile->sysctls) {
        found.insert(sysctl.name + "=" + sysctl.value);
    }
    for (const char* wanted :
         {"vm.overcommit_memory=1",
          "vm.panic_on_oom=0",
          "kernel.panic=10",
          "kernel.panic_on_oops=1",
          "kernel.keys.root_maxkeys=1000000",
          "kernel.keys.root_maxbytes=25000000"}) {
        CAPTURE(wanted);
        CHECK(found.contains(wanted));
    }
}

} // namespace
} // namespace ducksnest
