#include "control_plane.h"
#include "manifests/addons.h"
#include "manifests/calico.h"
#include "manifests/testing/shared_data.h"
#include "manifests/yaml_writer.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

/// Every object that can be applied here: without Calico's definitions, none of their kinds.
std::vector<manifests::Object> all_objects() {
    std::vector<manifests::Object> objects =
        manifests::make_objects(plan::make_plan(plan::testing::owners_homelab()));
    const std::optional<std::string> text = manifests::testing::calico_definitions_text();
    if (!text.has_value()) {
        std::erase_if(objects, [](const manifests::Object& object) {
            return object.phase == manifests::Phase::settings;
        });
        return objects;
    }
    const auto definitions = manifests::read_calico_definitions(*text);
    REQUIRE(definitions.has_value());
    std::ranges::copy(*definitions, std::back_inserter(objects));
    std::ranges::stable_sort(objects, {}, &manifests::Object::phase);
    return objects;
}

std::string kubectl(const std::string& arguments) {
    static const std::string program = [] {
        std::string folder = run_shell(DUCKSNEST_SOURCE_DIR "/tools/kubernetes.sh");
        folder.erase(folder.find_last_not_of('\n') + 1);
        return folder + "/kubectl --kubeconfig=" + control_plane().fact("kubeconfig");
    }();
    return run_shell(fmt::format("{{ {} {}; }} 2>&1", program, arguments));
}

/// The same as somebody else; the answer is what kubectl says, also when it is refused.
std::string
kubectl_as(std::string_view user, std::string_view group, const std::string& arguments) {
    return kubectl(fmt::format(
        "--as={} --as-group={} --as-group=system:authenticated {} || true", user, group, arguments
    ));
}

std::string write_file(const std::string& name, std::string_view text) {
    const std::filesystem::path path = control_plane().folder() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
}

/// The phase as the bootstrap does it: after the first object, with the rights which that one gave.
void apply_phase(manifests::Phase phase, const std::vector<manifests::Object>& objects) {
    std::string text;
    for (const manifests::Object& object : objects) {
        text += "---\n" + manifests::write_yaml(object.value);
    }
    const std::string name(kube::to_string(phase));
    const std::string file = write_file(name + ".yaml", text);
    const std::string_view as = phase == manifests::Phase::admin
                                    ? ""
                                    : "--as=ducksnest:bootstrap --as-group=kubeadm:cluster-admins ";
    // Strict: a field that the API does not know is an error, not a warning.
    const std::string said = kubectl(fmt::format(
        "apply --server-side --validate=strict --field-manager=ducksnest {}-f {}", as, file
    ));
    CAPTURE(name);
    CHECK(static_cast<std::size_t>(std::ranges::count(said, '\n')) == objects.size());
    CHECK(said.find("arning") == std::string::npos);
    if (phase == manifests::Phase::definitions && !objects.empty()) {
        kubectl("wait --for=condition=Established --timeout=60s crd --all");
    }
}

void apply_all(const std::vector<manifests::Object>& objects) {
    for (const manifests::Phase phase :
         {manifests::Phase::admin,
          manifests::Phase::namespaces,
          manifests::Phase::access,
          manifests::Phase::definitions,
          manifests::Phase::settings,
          manifests::Phase::network,
          manifests::Phase::dns,
          manifests::Phase::services}) {
        std::vector<manifests::Object> some;
        std::ranges::copy_if(objects, std::back_inserter(some), [&](const auto& object) {
            return object.phase == phase;
        });
        if (!some.empty()) {
            apply_phase(phase, some);
        }
    }
}

/// Everything of ours that the server holds, one line each, with its version.
std::string versions(const std::vector<manifests::Object>& objects) {
    std::set<std::string> kinds;
    for (const manifests::Object& object : objects) {
        const std::string_view api = object.api_version();
        const std::size_t slash = api.find('/');
        kinds.insert(
            slash == std::string_view::npos
                ? std::string(object.kind())
                : fmt::format(
                      "{}.{}.{}", object.kind(), api.substr(slash + 1), api.substr(0, slash)
                  )
        );
    }
    std::string list;
    for (const std::string& kind : kinds) {
        list += (list.empty() ? "" : ",") + kind;
    }
    return kubectl(
        "get " + list +
        " --all-namespaces --selector=app.kubernetes.io/managed-by=ducksnest --output=jsonpath='"
        "{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name} "
        "{.metadata.resourceVersion}{\"\\n\"}{end}'"
    );
}

std::string lease(std::string_view name) {
    return write_file(
        fmt::format("{}.yaml", name),
        fmt::format(
            "apiVersion: coordination.k8s.io/v1\nkind: Lease\n"
            "metadata: {{name: {}, namespace: ducksnest-system}}\nspec: {{holderIdentity: x}}\n",
            name
        )
    );
}

bool can(std::string_view user, std::string_view group, std::string_view what) {
    return kubectl_as(user, group, fmt::format("auth can-i {}", what)).ends_with("yes\n");
}

void check_rights() {
    CHECK(can("kube-apiserver-kubelet-client", "none", "get nodes/proxy"));
    CHECK_FALSE(can("kube-apiserver-kubelet-client", "none", "get secrets -A"));
    CHECK(can("kubernetes-admin", "kubeadm:cluster-admins", "delete nodes"));
    // Bound by the API server's own defaults: no object of ours.
    CHECK(can("system:kube-proxy", "none", "watch endpointslices.discovery.k8s.io"));
    CHECK(can("ducksnest:calico-cni:old", "ducksnest:calico-cni", "patch pods --subresource=status")
    );
    CHECK_FALSE(can("ducksnest:calico-cni:old", "ducksnest:calico-cni", "list pods -A"));
    CHECK_FALSE(can("ducksnest:calico-cni:old", "ducksnest:calico-cni", "get secrets -A"));
    CHECK(can("ducksnest:dr", "none", "create pods --subresource=eviction"));
    CHECK(can("ducksnest:dr", "none", "patch leases.coordination.k8s.io/dr -n ducksnest-system"));
    CHECK_FALSE(can("ducksnest:dr", "none", "delete pods"));
    CHECK_FALSE(can(
        "ducksnest:dr", "none", "patch leases.coordination.k8s.io/fence-old -n ducksnest-system"
    ));
    CHECK_FALSE(can("ducksnest:fence:old", "ducksnest:fence", "get nodes"));
}

/// The admission policies take effect a moment after they are stored.
void wait_for_policies() {
    for (int i = 0; i < 50; ++i) {
        const std::string said = kubectl_as(
            "ducksnest:fence:old",
            "ducksnest:fence",
            "create --dry-run=server -f " + lease("fence-nobody")
        );
        if (said.find("may write only") != std::string::npos) {
            return;
        }
    }
    FAIL("the admission policies are not in effect");
}

} // namespace

TEST_CASE("a real API server accepts every object, and a second time changes nothing") {
    const std::vector<manifests::Object> objects = all_objects();
    apply_all(objects);
    const std::string first = versions(objects);
    CHECK(static_cast<std::size_t>(std::ranges::count(first, '\n')) == objects.size());
    apply_all(objects);
    CHECK(versions(objects) == first);
    check_rights();
    wait_for_policies();
    const std::string fence = "ducksnest:fence:old";
    CHECK(
        kubectl_as(fence, "ducksnest:fence", "create -f " + lease("fence-old")) ==
        "lease.coordination.k8s.io/fence-old created\n"
    );
    const std::string neighbour =
        kubectl_as(fence, "ducksnest:fence", "create -f " + lease("fence-ultra"));
    CHECK(
        neighbour.find("a fence may write only the lease fence-<node> of its own node") !=
        std::string::npos
    );

    // A pod of firebat: its own node's plugin may note the address, another's may not.
    kubectl("create serviceaccount default --namespace=apps");
    kubectl(
        "create -f " +
        write_file(
            "pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: apps}\n"
            "spec: {nodeName: firebat, containers: [{name: a, image: 'example.invalid/a:1'}]}\n"
        )
    );
    const auto patch = [](std::string_view node) {
        return run_shell(fmt::format(
            "curl --silent --cacert {} --cert {} --key {} -X PATCH "
            "-H 'Impersonate-User: ducksnest:calico-cni:{}' "
            "-H 'Impersonate-Group: ducksnest:calico-cni' "
            "-H 'Content-Type: application/merge-patch+json' "
            "{}/api/v1/namespaces/apps/pods/a/status "
            "-d '{{\"metadata\":{{\"annotations\":{{\"by\":\"{}\"}}}}}}'",
            control_plane().fact("authority"),
            control_plane().fact("certificate"),
            control_plane().fact("key"),
            node,
            control_plane().fact("server"),
            node
        ));
    };
    CHECK(patch("firebat").find("\"by\": \"firebat\"") != std::string::npos);
    CHECK(patch("ultra").find("may change only pods of that node") != std::string::npos);
    // Defaults of the namespace and of the cluster reach a pod that says nothing.
    CHECK(
        kubectl("get pod a -n apps -o jsonpath='{.spec.priorityClassName} "
                "{.spec.containers[0].resources.requests.memory}'") == "ducksnest-apps 64Mi"
    );
}
