#include "manifests/addons.h"
#include "manifests/values.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::manifests {
namespace {

const plan::Plan& example() {
    static const plan::Plan plan = plan::make_plan(plan::testing::owners_homelab());
    return plan;
}

const std::vector<Object>& objects() {
    static const std::vector<Object> all = make_objects(example());
    return all;
}

std::string_view text(const Json* json) {
    const std::string* value = json == nullptr ? nullptr : json->as_string();
    return value == nullptr ? std::string_view() : std::string_view(*value);
}

/// Follows members; null where one is missing.
const Json* at(const Json& json, std::initializer_list<std::string_view> path) {
    const Json* here = &json;
    for (const std::string_view key : path) {
        here = here == nullptr ? nullptr : here->find(key);
    }
    return here;
}

Json::Array items(const Json* json) {
    const Json::Array* array = json == nullptr ? nullptr : json->as_array();
    return array == nullptr ? Json::Array() : *array;
}

/// Calls back with each object that runs pods, and its pod specification.
void for_each_pod(const std::function<void(const Object&, const Json&)>& visit) {
    for (const Object& object : objects()) {
        if (const Json* spec = at(object.value, {"spec", "template", "spec"})) {
            visit(object, *spec);
        }
    }
}

bool exists(std::string_view kind, std::string_view space, std::string_view name) {
    return std::ranges::any_of(objects(), [&](const Object& object) {
        return object.kind() == kind && object.space() == space && object.name() == name;
    });
}

} // namespace

TEST_CASE("every file of the folder is compiled in, and nothing else") {
    const std::filesystem::path root(DUCKSNEST_SOURCE_DIR "/manifests");
    std::set<std::string> on_disk;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".yaml") {
            on_disk.insert(entry.path().lexically_relative(root).generic_string());
        }
    }
    std::vector<std::string> compiled;
    for (const ManifestText& file : embedded_manifests()) {
        compiled.emplace_back(file.first);
    }
    CHECK(std::ranges::is_sorted(compiled));
    CHECK(std::set<std::string>(compiled.begin(), compiled.end()) == on_disk);
}

TEST_CASE("the files hold no mistake and no value is missing") {
    for (const auto& homelab :
         {plan::testing::owners_homelab(), plan::testing::three_control_planes()}) {
        const ManifestSet set =
            read_manifests(embedded_manifests(), values_of(plan::make_plan(homelab)));
        CHECK(diag::render_all(set.diagnostics, set.sources) == "");
        CHECK(set.objects.size() > 40);
    }
}

TEST_CASE("objects are labelled, unique and in the order of their phases") {
    std::set<std::string> seen;
    for (const Object& object : objects()) {
        CAPTURE(object.identity());
        CHECK(
            text(at(object.value, {"metadata", "labels", "app.kubernetes.io/managed-by"})) ==
            "ducksnest"
        );
        CHECK(
            text(at(object.value, {"metadata", "labels", "app.kubernetes.io/name"})) == object.addon
        );
        CHECK(object.place.starts_with("manifests/" + object.addon + "/"));
        CHECK(seen.insert(object.identity()).second);
    }
    CHECK(std::ranges::is_sorted(objects(), {}, &Object::phase));
    CHECK(
        objects().front().identity() ==
        "rbac.authorization.k8s.io/v1 ClusterRoleBinding kubeadm:cluster-admins"
    );
    CHECK(objects() == make_objects(example()));
}

TEST_CASE("objects stand in namespaces that exist") {
    for (const Object& object : objects()) {
        const std::string_view space = object.space();
        CAPTURE(object.identity());
        CHECK(
            (space.empty() || space == "kube-system" || space == "kube-node-lease" ||
             exists("Namespace", "", space))
        );
    }
}

TEST_CASE("our namespaces deny by default, resolve names, and say what a pod may ask of its node") {
    std::size_t count = 0;
    for (const Object& object : objects()) {
        if (object.kind() != "Namespace") {
            continue;
        }
        ++count;
        CAPTURE(object.name());
        CHECK(exists("NetworkPolicy", object.name(), "default-deny"));
        CHECK(exists("NetworkPolicy", object.name(), "allow-dns"));
        CHECK(
            text(at(object.value, {"metadata", "labels", "pod-security.kubernetes.io/enforce"})) ==
            "baseline"
        );
    }
    CHECK(count == 3);
}

TEST_CASE("bindings name roles that exist and people who hold a certificate or an account") {
    // What every API server creates for itself (bootstrappolicy in k8s.io/kubernetes).
    constexpr std::array<std::string_view, 3> built_in = {
        "cluster-admin", "system:auth-delegator", "system:kubelet-api-admin"
    };
    std::set<std::string, std::less<>> names;
    for (const pki::CertificateSpec& spec : example().trust.certificates) {
        names.insert(spec.common_name);
        names.insert(spec.organizations.begin(), spec.organizations.end());
    }
    for (const Object& object : objects()) {
        const bool is_role_binding = object.kind() == "RoleBinding";
        if (object.kind() != "ClusterRoleBinding" && !is_role_binding) {
            continue;
        }
        CAPTURE(object.identity());
        const std::string_view kind = text(at(object.value, {"roleRef", "kind"}));
        const std::string_view name = text(at(object.value, {"roleRef", "name"}));
        const std::string_view space = kind == "Role" ? object.space() : "";
        CHECK(
            (exists(kind, space, name) || std::ranges::find(built_in, name) != built_in.end() ||
             (space == "kube-system" && name == "extension-apiserver-authentication-reader"))
        );
        for (const Json& subject : items(object.value.find("subjects"))) {
            const std::string_view subject_name = text(subject.find("name"));
            CAPTURE(subject_name);
            if (text(subject.find("kind")) == "ServiceAccount") {
                CHECK(exists("ServiceAccount", text(subject.find("namespace")), subject_name));
            } else {
                CHECK(names.contains(subject_name));
            }
        }
    }
}

TEST_CASE("no role of ours has a wildcard") {
    for (const Object& object : objects()) {
        CAPTURE(object.identity());
        for (const Json& rule : items(object.value.find("rules"))) {
            CHECK(rule.dump().find('*') == std::string::npos);
            CHECK(items(rule.find("verbs")).empty() == false);
        }
    }
}

TEST_CASE("images are pinned to a version") {
    std::size_t count = 0;
    for_each_pod([&](const Object& object, const Json& spec) {
        CAPTURE(object.identity());
        for (const Json& container : items(spec.find("containers"))) {
            const std::string_view image = text(container.find("image"));
            CAPTURE(image);
            const std::size_t tag = image.rfind(":v");
            CHECK(tag != std::string_view::npos);
            CHECK(image.substr(tag + 2).find_first_not_of("0123456789.") == std::string_view::npos);
            CHECK(std::ranges::count(image.substr(tag), '.') == 2);
            CHECK(image.find('.') < image.find('/')); // A registry by name, no default.
            ++count;
        }
    });
    CHECK(count == 4);
}

TEST_CASE("containers ask for what they use and get no more rights than they need") {
    for_each_pod([&](const Object& object, const Json& spec) {
        CAPTURE(object.identity());
        CHECK(text(at(spec, {"securityContext", "seccompProfile", "type"})) == "RuntimeDefault");
        CHECK(text(spec.find("priorityClassName")).starts_with("system-"));
        CHECK(text(spec.find("serviceAccountName")) == object.name());
        const bool is_node = object.name() == "calico-node";
        for (const Json& container : items(spec.find("containers"))) {
            CHECK(text(at(container, {"resources", "requests", "cpu"})).ends_with("m"));
            CHECK(text(at(container, {"resources", "requests", "memory"})).ends_with("Mi"));
            CHECK(container.find("livenessProbe") != nullptr);
            CHECK(container.find("readinessProbe") != nullptr);
            const Json* security = container.find("securityContext");
            REQUIRE(security != nullptr);
            CHECK((security->find("privileged") != nullptr) == is_node);
            if (!is_node) {
                CHECK(*security->find("allowPrivilegeEscalation") == Json(false));
                CHECK(*security->find("readOnlyRootFilesystem") == Json(true));
                CHECK(*at(*security, {"capabilities", "drop"}) == Json::strings({"ALL"}));
            }
        }
    });
}

TEST_CASE("the scheduler meets the pods that the plan counted with") {
    for_each_pod([&](const Object& object, const Json& spec) {
        if (object.kind() != "Deployment") {
            return;
        }
        CAPTURE(object.identity());
        const auto workload =
            std::ranges::find(example().workloads, object.name(), &plan::Workload::name);
        REQUIRE(workload != example().workloads.end());
        CHECK(workload->space == object.space());
        CHECK(*at(object.value, {"spec", "replicas"}) == Json(workload->replicas));
        const Json container = items(spec.find("containers")).front();
        CHECK(
            text(at(container, {"resources", "requests", "memory"})) ==
            std::to_string(workload->memory) + "Mi"
        );
        CHECK(
            text(at(container, {"resources", "requests", "cpu"})) ==
            std::to_string(workload->cpu_millis) + "m"
        );
        std::vector<std::string> tolerated;
        for (const Json& toleration : items(spec.find("tolerations"))) {
            if (text(toleration.find("effect")) == "NoSchedule") {
                tolerated.emplace_back(text(toleration.find("key")));
            }
        }
        CHECK(tolerated == workload->tolerations);
    });
}

TEST_CASE("the bootstrap gets every object with its phase and place") {
    const std::vector<kube::Object> handed = for_bootstrap(objects());
    REQUIRE(handed.size() == objects().size());
    CHECK(handed.front().phase == "admin");
    CHECK(handed.front().origin == "manifests/rbac/admin.yaml:3");
    for (std::size_t i = 0; i < handed.size(); ++i) {
        CHECK(kube::phase_of(handed[i], {}).value() == objects()[i].phase);
        CHECK(handed[i].body == objects()[i].value);
    }
}

TEST_CASE("the example's own values arrive") {
    const Values values = values_of(example());
    CHECK(values.at("api_host") == Json("10.20.1.10"));
    CHECK(values.at("api_port") == Json(6443));
    CHECK(values.at("dns_ip") == Json("10.96.0.10"));
    CHECK(values.at("mtu") == Json(1230));
    CHECK(values.at("pods") == Json("10.244.0.0/16"));
    CHECK(values.at("vxlan_mode") == Json("CrossSubnet"));
    CHECK(values.at("calico_node_memory") == Json("128Mi")); // What `old` sets aside.
    // firebat and ultra; `old` and the control plane have taints.
    const model::Mebibytes free = example().find_node("firebat")->allocatable_memory +
                                  example().find_node("ultra")->allocatable_memory;
    CHECK(values.at("apps_memory") == Json(std::to_string(free) + "Mi"));
}

TEST_CASE("three control planes are reached through the balancer of the node") {
    const plan::Plan plan = plan::make_plan(plan::testing::three_control_planes());
    const Values values = values_of(plan);
    CHECK(values.at("api_host") == Json("127.0.0.1"));
    CHECK(values.at("api_port") == Json(6444));
}

TEST_CASE("an addon is there when the plan has it") {
    plan::Plan plan = example();
    CHECK(has_addon(plan, "database"));
    CHECK(has_addon(plan, "fence"));
    plan.database.clear();
    std::erase_if(plan.trust.certificates, [](const pki::CertificateSpec& spec) {
        return spec.name.ends_with("/fence");
    });
    const std::vector<Object> fewer = make_objects(plan);
    CHECK(std::ranges::none_of(fewer, [](const Object& object) {
        return object.addon == "database" || object.addon == "fence";
    }));
    CHECK(fewer.size() + 8 == objects().size());
}

TEST_CASE("a file under no phase's name and an object declared twice are mistakes") {
    const std::string_view pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n";
    const std::array<ManifestText, 3> files{
        {{"x/later.yaml", pod}, {"x/dns.yaml", pod}, {"x/services.yaml", pod}}
    };
    const ManifestSet set = read_manifests(files, {});
    CHECK(
        diag::render_all(set.diagnostics, set.sources) ==
        "error[E0805]: the name of `manifests/x/later.yaml` says no phase\n"
        "  --> manifests/x/later.yaml:1:1\n"
        "   |\n"
        " 1 | apiVersion: v1\n"
        "   | ^\n"
        "   = help: call it <addon>/<phase>.yaml; the phases are admin, namespaces, access, "
        "definitions, settings, network, dns and services\n"
        "\n"
        "error[E0806]: `v1 Pod b/a` is declared twice\n"
        "  --> manifests/x/services.yaml:1:1\n"
        "   |\n"
        " 1 | apiVersion: v1\n"
        "   | ^^^^^^^^^^^^^^\n"
        "   |\n"
        "note: first here\n"
        "  --> manifests/x/dns.yaml:1:1\n"
        "   |\n"
        " 1 | apiVersion: v1\n"
        "   | ^^^^^^^^^^^^^^\n"
        "   = help: keep one of them\n"
        "\n"
        "error: 2 errors\n"
    );
}

TEST_CASE("a document that is no object says what it lacks") {
    const auto lack = [](std::string_view yaml) {
        const std::array<ManifestText, 1> files{{{"x/dns.yaml", yaml}}};
        const ManifestSet set = read_manifests(files, {});
        CHECK(set.objects.empty());
        REQUIRE(set.diagnostics.size() == 1);
        return set.diagnostics.front().message;
    };
    const std::string start = "this document is no Kubernetes object: ";
    CHECK(lack("- a") == start + "it is no mapping");
    CHECK(lack("kind: Pod") == start + "it has no `apiVersion`");
    CHECK(lack("apiVersion: v1") == start + "it has no `kind`");
    CHECK(lack("{apiVersion: v1, kind: List, items: []}") == start + "it is a list");
    CHECK(lack("{apiVersion: v1, kind: Pod}") == start + "it has no `metadata.name`");
    CHECK(
        lack("{apiVersion: v1, kind: Pod, metadata: {name: a, labels: [b]}}") ==
        start + "its labels are no mapping"
    );
}

} // namespace ducksnest::manifests
