#include "plan/paths.h"
#include "plan/units/units.h"

namespace ducksnest::plan {
namespace {

Json limit(std::string_view type, int per_second, int burst) {
    return Json::object({{"type", type}, {"qps", per_second}, {"burst", burst}});
}

Json resources(std::string_view group, const std::vector<std::string>& names) {
    return Json::array({Json::object({{"group", group}, {"resources", Json::strings(names)}})});
}

Json audit_rules() {
    // Order decides: the first rule that matches. Noise first, then what must never show its
    // content, then what must.
    return Json::array(
        {Json::object(
             {{"level", "None"},
              {"users", Json::strings({"system:kube-proxy"})},
              {"verbs", Json::strings({"watch"})},
              {"resources", resources("", {"endpoints", "services", "services/status"})}}
         ),
         Json::object(
             {{"level", "None"},
              {"resources", resources("coordination.k8s.io", {"leases"})},
              {"verbs", Json::strings({"get", "update"})}}
         ),
         Json::object(
             {{"level", "None"},
              {"nonResourceURLs", Json::strings({"/healthz*", "/livez*", "/readyz*", "/version"})}}
         ),
         Json::object({{"level", "None"}, {"resources", resources("", {"events"})}}),
         Json::object(
             {{"level", "Metadata"},
              {"resources", resources("", {"secrets", "configmaps", "serviceaccounts/token"})}}
         ),
         Json::object(
             {{"level", "Metadata"},
              {"resources", resources("authentication.k8s.io", {"tokenreviews"})}}
         ),
         Json::object(
             {{"level", "Request"},
              {"resources",
               resources(
                   "",
                   {"pods/attach",
                    "pods/exec",
                    "pods/portforward",
                    "pods/proxy",
                    "services/proxy",
                    "nodes/proxy"}
               )}}
         ),
         Json::object(
             {{"level", "RequestResponse"},
              {"verbs", Json::strings({"create", "update", "patch", "delete", "deletecollection"})},
              {"resources", resources("rbac.authorization.k8s.io", {})}}
         ),
         Json::object({{"level", "Metadata"}})}
    );
}

} // namespace

ConfigFile admission_config() {
    const Json event_limits = Json::object(
        {{"apiVersion", "eventratelimit.admission.k8s.io/v1alpha1"},
         {"kind", "Configuration"},
         {"limits", Json::array({limit("Namespace", 50, 100), limit("User", 20, 50)})}}
    );
    const Json pod_security = Json::object(
        {{"apiVersion", "pod-security.admission.config.k8s.io/v1"},
         {"kind", "PodSecurityConfiguration"},
         {"defaults",
          Json::object(
              {{"enforce", "baseline"},
               {"enforce-version", "latest"},
               {"audit", "restricted"},
               {"audit-version", "latest"},
               {"warn", "restricted"},
               {"warn-version", "latest"}}
          )},
         {"exemptions",
          Json::object(
              {{"namespaces", Json::strings({"kube-system"})},
               {"runtimeClasses", Json(Json::Array())},
               {"usernames", Json(Json::Array())}}
          )}}
    );
    return {
        .path = config_file("admission"),
        .mode = 0600,
        .owner = std::string(user_kubernetes),
        .content = Json::object(
            {{"apiVersion", "apiserver.config.k8s.io/v1"},
             {"kind", "AdmissionConfiguration"},
             {"plugins",
              Json::array(
                  {Json::object({{"name", "EventRateLimit"}, {"configuration", event_limits}}),
                   Json::object({{"name", "PodSecurity"}, {"configuration", pod_security}})}
              )}}
        ),
    };
}

ConfigFile audit_policy() {
    return {
        .path = config_file("audit-policy"),
        .mode = 0600,
        .owner = std::string(user_kubernetes),
        .content = Json::object(
            {{"apiVersion", "audit.k8s.io/v1"},
             {"kind", "Policy"},
             {"omitStages", Json::strings({"RequestReceived"})},
             {"rules", audit_rules()}}
        ),
    };
}

ConfigFile bootstrap_policy() {
    // On an empty cluster only system:masters may do anything, and that key is with the operators.
    // So that a homelab comes up by itself, this one user may write the binding which makes its
    // group (kubeadm:cluster-admins) what the name says. It can be revoked here; system:masters can
    // not.
    const auto line = [](std::string_view resource) {
        return Json(Json::object({{"apiVersion", "abac.authorization.kubernetes.io/v1beta1"},
                                  {"kind", "Policy"},
                                  {"spec",
                                   Json::object(
                                       {{"user", "ducksnest:bootstrap"},
                                        {"apiGroup", "rbac.authorization.k8s.io"},
                                        {"namespace", "*"},
                                        {"resource", resource}}
                                   )}}
        ).dump());
    };
    return {
        .path = std::string(config_folder) + "/bootstrap-policy.jsonl",
        .mode = 0600,
        .owner = std::string(user_kubernetes),
        .format = FileFormat::lines,
        .content = Json::array({line("clusterrolebindings"), line("clusterroles")}),
    };
}

} // namespace ducksnest::plan
