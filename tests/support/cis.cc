#include "support/cis.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace ducksnest::testing {
namespace {

/// One node, as an auditor asks about it.
class Audit {
public:
    explicit Audit(const AuditedNode& node)
        : node_(node) {}

    std::optional<std::string> flag(std::string_view unit, std::string_view name) const {
        const std::string prefix = "--" + std::string(name) + "=";
        const auto at = node_.arguments.find(std::string(unit));
        if (at == node_.arguments.end()) {
            return std::nullopt;
        }
        for (const std::string& argument : at->second) {
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

    bool is_loopback(std::string_view unit) const {
        return flag(unit, "bind-address").value_or("").starts_with("127.");
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

    /// Never null: of a file that is not there every rule fails.
    const AuditedFile* file(std::string_view path) const {
        static const AuditedFile nothing{.mode = 0777, .owner = "nobody", .content = Json()};
        const auto at = node_.files.find(std::string(path));
        return at == node_.files.end() ? &nothing : &at->second;
    }

    bool is_private(std::string_view path) const { return (file(path)->mode & ~0600) == 0; }

    bool is_private_of_root(std::string_view path) const {
        return is_private(path) && file(path)->owner == "root";
    }

    const Json& kubelet(std::string_view key) const {
        return member(file("/etc/kubernetes/kubelet.json")->content, key);
    }

    /// A member, or null where there is none; so that a rule can ask on.
    static const Json& member(const Json& json, std::string_view key) {
        static const Json nothing;
        const Json* value = json.find(key);
        return value == nullptr ? nothing : *value;
    }

    bool are_secrets_within(std::string_view ending, int mode) const {
        return std::ranges::all_of(node_.secret_modes, [&](const auto& item) {
            return !item.first.ends_with(ending) || (item.second & ~mode) == 0;
        });
    }

    const AuditedNode& node() const { return node_; }

private:
    const AuditedNode& node_;
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
    {"1.1.11",
     [](const Audit& a) {
         return a.is("etcd", "data-dir", "/var/lib/etcd") && a.node().etcd_data_mode == 0700;
     }},
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
    {"1.2.28", [](const Audit& a) { return a.node().encryption_provider == "secretbox"; }},
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
    {"1.3.7", [](const Audit& a) { return a.is_loopback(manager); }},
    {"1.4.1",
     [](const Audit& a) {
         const Json& config = a.file("/etc/kubernetes/scheduler.json")->content;
         return a.is(scheduler, "profiling", "false") &&
                Audit::member(config, "enableProfiling") == Json(false);
     }},
    {"1.4.2", [](const Audit& a) { return a.is_loopback(scheduler); }},
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
         return Audit::member(Audit::member(a.kubelet("authentication"), "anonymous"), "enabled") ==
                Json(false);
     }},
    {"4.2.2",
     [](const Audit& a) {
         return Audit::member(a.kubelet("authorization"), "mode") == Json("Webhook");
     }},
    {"4.2.3",
     [](const Audit& a) {
         return Audit::member(Audit::member(a.kubelet("authentication"), "x509"), "clientCAFile") ==
                Json("/run/ducksnest/secrets/bundles/cluster.crt");
     }},
    {"4.2.4", [](const Audit& a) { return a.kubelet("readOnlyPort") == Json(0); }},
    {"4.2.5",
     [](const Audit& a) { return a.kubelet("streamingConnectionIdleTimeout") == Json("5m0s"); }},
    {"4.2.6", [](const Audit& a) { return a.kubelet("makeIPTablesUtilChains") == Json(true); }},
    {"4.2.7", [](const Audit& a) { return !a.flag("kubelet", "hostname-override"); }},
    {"4.2.8",
     [](const Audit& a) {
         return a.kubelet("eventRecordQPS") != Json(0) && !a.kubelet("eventRecordQPS").is_null();
     }},
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
    {"4.2.13",
     [](const Audit& a) {
         return a.kubelet("podPidsLimit").as_int() != nullptr &&
                *a.kubelet("podPidsLimit").as_int() > 0;
     }},
    {"4.2.14", [](const Audit& a) { return a.kubelet("seccompDefault") == Json(true); }},
    {"protect-kernel-defaults",
     [](const Audit& a) { return a.kubelet("protectKernelDefaults") == Json(true); }},
    {"4.3.1",
     [](const Audit& a) {
         const Json& config = a.file("/etc/kubernetes/kube-proxy.json")->content;
         const std::string* address = Audit::member(config, "metricsBindAddress").as_string();
         return address != nullptr && address->starts_with("127.");
     }},
};

const std::vector<Rule> opened_secrets{
    {"1.1.20", [](const Audit& a) { return a.are_secrets_within(".crt", 0644); }},
    {"1.1.21", [](const Audit& a) { return a.are_secrets_within(".key", 0600); }},
};

struct Exception {
    std::string_view ids{};
    std::string_view why{};
};

/// What no flag or file of ours decides.
constexpr std::array exceptions = {
    Exception{
        "1.1.1 1.1.2 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8",
        "there are no static pods: systemd runs the control plane"
    },
    Exception{"1.1.10", "owner and mode of the CNI file are checked together, as 1.1.9"},
    Exception{"1.1.12", "the data folder's owner is systemd's StateDirectory user, as 1.1.11"},
    Exception{"1.1.13 1.1.14", "no credential of people lies on any node"},
    Exception{"1.1.16 1.1.18", "owners go with the modes: 1.1.15 and 1.1.17"},
    Exception{"1.1.19", "secrets belong to the user of the one unit that reads them"},
    Exception{"3.1.1 3.1.2 3.1.3", "how people log in: operators' certificates, never a node's"},
    Exception{"4.1.1 4.1.2", "unit files are links into the read-only Nix store"},
    Exception{"4.1.4 4.1.6 4.1.10", "owners go with the modes: 4.1.3, 4.1.5 and 4.1.9"},
    Exception{"4.1.7 4.1.8", "the authorities' file is an opened secret: 1.1.20"},
};

void judge(const std::vector<Rule>& rules, const Audit& audit, std::vector<CisFinding>& out) {
    for (const Rule& rule : rules) {
        out.push_back(
            {.id = std::string(rule.id),
             .verdict = rule.holds(audit) ? CisVerdict::holds : CisVerdict::fails,
             .why = {}}
        );
    }
}

} // namespace

AuditedNode audited(const plan::Plan& plan, const plan::NodePlan& node) {
    AuditedNode audited{
        .name = node.name,
        .is_control_plane = node.role == model::Role::control_plane,
        .etcd_data_mode = 0700, // Unit::state_directory
    };
    for (const auto& unit : node.units) {
        audited.arguments.emplace(unit->name, unit->arguments);
    }
    for (const auto& file : node.files) {
        audited.files.emplace(
            file->path,
            AuditedFile{.mode = file->mode, .owner = file->owner, .content = file->content}
        );
    }
    // That file holds the key, so `certs open` composes it from this secret.
    const bool has_key =
        std::ranges::count(
            plan.trust.secrets, pki::SecretKind::encryption_key, &pki::SecretSpec::kind
        ) == 1;
    audited.encryption_provider = has_key ? "secretbox" : "";
    return audited;
}

std::string without_root(std::string text, const std::string& root) {
    for (std::size_t at = text.find(root); !root.empty() && at != std::string::npos;
         at = text.find(root)) {
        text.erase(at, root.size());
    }
    return text;
}

void set_running(
    AuditedNode& node,
    const std::string& unit,
    const std::vector<std::string>& arguments,
    const std::string& root
) {
    std::vector<std::string> plain;
    for (const std::string& argument : arguments) {
        plain.push_back(without_root(argument, root));
    }
    node.arguments.insert_or_assign(unit, std::move(plain));
}

std::vector<CisFinding> audit_cis(const AuditedNode& node) {
    const Audit audit(node);
    std::vector<CisFinding> findings;
    judge(node_rules, audit, findings);
    if (node.is_control_plane) {
        judge(control_plane_files, audit, findings);
        judge(api_server, audit, findings);
        judge(managers, audit, findings);
        judge(etcd_and_logs, audit, findings);
    }
    if (!node.secret_modes.empty()) {
        judge(opened_secrets, audit, findings);
    } else {
        for (const char* id : {"1.1.20", "1.1.21"}) {
            findings.push_back(
                {.id = id,
                 .verdict = CisVerdict::does_not_apply,
                 .why = "nothing is opened yet: `certs open` sets the modes"}
            );
        }
    }
    for (const Exception& exception : exceptions) {
        for (const std::string_view id : split(exception.ids, ' ')) {
            findings.push_back(
                {.id = std::string(id),
                 .verdict = CisVerdict::does_not_apply,
                 .why = std::string(exception.why)}
            );
        }
    }
    return findings;
}

} // namespace ducksnest::testing
