#include "local/layout.h"

#include "base/assert.h"
#include "local/hollow_node.h"
#include "pki/paths.h"
#include "plan/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace ducksnest::local {
namespace {

/// The units that are started as they are; the rest of a node is what a hollow node stands for.
struct Started {
    std::string_view unit{};
    Stage stage = Stage::store;
    std::array<int, 3> ports{}; ///< 0: none.
    std::string_view probe{};   ///< Scheme, port and path; empty: none.
};

constexpr int etcd_metrics_port = 2381;
constexpr int controller_manager_port = 10257;
constexpr int scheduler_port = 10259;

constexpr std::array<Started, 5> started_units{{
    {.unit = "etcd",
     .stage = Stage::store,
     .ports = {plan::etcd_client_port, plan::etcd_peer_port, etcd_metrics_port},
     .probe = "http:2381/health"},
    {.unit = "kube-apiserver",
     .stage = Stage::api,
     .ports = {plan::api_port},
     .probe = "https:6443/readyz"},
    {.unit = "api-balancer",
     .stage = Stage::controllers,
     .ports = {plan::balancer_port},
     .probe = ""},
    {.unit = "kube-controller-manager",
     .stage = Stage::controllers,
     .ports = {controller_manager_port},
     .probe = "https:10257/healthz"},
    {.unit = "kube-scheduler",
     .stage = Stage::controllers,
     .ports = {scheduler_port},
     .probe = "https:10259/healthz"},
}};

const Started* started(std::string_view unit) {
    const auto at = std::ranges::find(started_units, unit, &Started::unit);
    return at == started_units.end() ? nullptr : &*at;
}

std::string probe_url(std::string_view probe, const std::string& address) {
    if (probe.empty()) {
        return "";
    }
    const std::size_t colon = probe.find(':');
    return fmt::format("{}://{}{}", probe.substr(0, colon), address, probe.substr(colon));
}

/// Below the ground's folder, from a path that the mapping made absolute.
std::string relative(const LayoutRequest& request, const std::string& path) {
    ASSERT(path.starts_with(request.folder + "/"));
    return path.substr(request.folder.size() + 1);
}

std::string file_text(const plan::ConfigFile& file) {
    if (file.format != plan::FileFormat::lines) {
        return file.content.dump_pretty();
    }
    std::string text;
    for (const Json& line : *file.content.as_array()) {
        text += *line.as_string();
        text += '\n';
    }
    return text;
}

void add_files(Layout& layout, const LayoutRequest& request, const plan::NodePlan& node) {
    for (const auto& planned : node.files) {
        // Nothing that is started here reads TOML: that is containerd's.
        if (planned->format == plan::FileFormat::toml) {
            continue;
        }
        const plan::ConfigFile file = request.mapping.file(node.name, *planned);
        layout.files.emplace(
            relative(request, file.path),
            TreeFile{.bytes = to_bytes(file_text(file)), .is_private = (file.mode & 0077) == 0}
        );
    }
}

std::string log_file(const LayoutRequest& request, const std::string& node, std::string_view unit) {
    return fmt::format("{}/logs/{}.{}.log", request.folder, node, unit);
}

LocalProcess planned_process(
    const LayoutRequest& request,
    const plan::NodePlan& node,
    const plan::Unit& planned,
    const Started& how
) {
    const plan::Unit unit = request.mapping.unit(node.name, planned);
    const auto path = request.programs.find(unit.program);
    ASSERT(path != request.programs.end());
    LocalProcess process{
        .node = node.name,
        .unit = unit.name,
        .stage = how.stage,
        .program =
            {.path = path->second,
             .arguments = unit.arguments,
             .environment = unit.environment,
             .folder = request.folder,
             .log_file = log_file(request, node.name, unit.name),
             .outlives_us = request.outlives_us},
        .probe = probe_url(how.probe, request.mapping.address_of(node.name)),
    };
    for (const int port : how.ports) {
        if (port != 0) {
            process.ports.push_back(port);
        }
    }
    return process;
}

/// A part of the pod network for each node: /24, or what there is.
std::string pods_of(const plan::Plan& plan, const plan::NodePlan& node) {
    constexpr int part = 24;
    const auto index = static_cast<std::uint32_t>(&node - plan.nodes.data());
    const net::Cidr& pods = plan.pods;
    const std::uint32_t parts =
        pods.prefix < part ? 1U << static_cast<unsigned>(part - pods.prefix) : 1U;
    return net::to_string(net::Cidr{pods.at(index % parts * 256), std::max(part, pods.prefix)});
}

HollowSpec hollow_spec(const plan::Plan& plan, const plan::NodePlan& node) {
    HollowSpec spec{
        .name = node.name,
        .address = net::to_string(node.address),
        .kubernetes_version = "v" + plan.kubernetes_version,
        .labels = node.labels,
        .cpus = node.cpus,
        .memory_mebibytes = node.memory,
        .allocatable_millicpus = node.allocatable_millicpus,
        .allocatable_mebibytes = node.allocatable_memory,
        .pods = pods_of(plan, node),
    };
    for (const plan::Taint& taint : node.taints) {
        spec.taints.push_back({.key = taint.key, .value = taint.value, .effect = taint.effect});
    }
    return spec;
}

LocalProcess
hollow_process(Layout& layout, const LayoutRequest& request, const plan::NodePlan& node) {
    const std::string spec = fmt::format("nodes/{}/hollow.json", node.name);
    layout.files.emplace(
        spec,
        TreeFile{
            .bytes = to_bytes(to_json(hollow_spec(request.plan, node)).dump_pretty()),
            .is_private = false
        }
    );
    const std::string kubeconfig =
        request.mapping.text(node.name, "/etc/kubernetes/kubelet.kubeconfig");
    return {
        .node = node.name,
        .unit = "kubelet",
        .stage = Stage::nodes,
        .program =
            {.path = request.ducksnest,
             .arguments =
                 {"hollow",
                  fmt::format("--spec={}/{}", request.folder, spec),
                  "--kubeconfig=" + kubeconfig},
             .environment = {},
             .folder = request.folder,
             .log_file = log_file(request, node.name, "kubelet"),
             .outlives_us = request.outlives_us},
    };
}

} // namespace

std::vector<std::string> needed_programs(const plan::Plan& plan) {
    std::set<std::string> names;
    for (const plan::NodePlan& node : plan.nodes) {
        for (const auto& unit : node.units) {
            if (started(unit->name) != nullptr) {
                names.insert(unit->program);
            }
        }
    }
    return {names.begin(), names.end()};
}

Layout make_layout(const LayoutRequest& request) {
    Layout layout;
    layout.files.emplace(
        "logs/README", TreeFile{.bytes = to_bytes("One file per process, appended.\n")}
    );
    for (const plan::NodePlan& node : request.plan.nodes) {
        add_files(layout, request, node);
        for (const auto& unit : node.units) {
            if (const Started* how = started(unit->name)) {
                layout.processes.push_back(planned_process(request, node, *unit, *how));
            }
        }
        layout.processes.push_back(hollow_process(layout, request, node));
        if (layout.api_server.empty() && node.role == model::Role::control_plane) {
            layout.api_server =
                fmt::format("https://{}:{}", request.mapping.address_of(node.name), plan::api_port);
            layout.bootstrap_kubeconfig =
                request.mapping.text(node.name, "/etc/kubernetes/bootstrap.kubeconfig");
        }
        if (node.role != model::Role::control_plane && node.find_unit("api-balancer") != nullptr) {
            // Then no single API server decides whether operators get an answer.
            layout.api_server = fmt::format(
                "https://{}:{}", request.mapping.address_of(node.name), plan::balancer_port
            );
        }
    }
    std::ranges::stable_sort(layout.processes, {}, &LocalProcess::stage);
    return layout;
}

void add_secrets(
    Layout& layout, std::string_view node, const std::vector<pki::OpenedFile>& opened
) {
    for (const pki::OpenedFile& file : opened) {
        const ByteView bytes = file.content.view();
        layout.files.insert_or_assign(
            fmt::format("nodes/{}{}/{}", node, pki::opened_folder, file.path),
            TreeFile{.bytes = {bytes.begin(), bytes.end()}, .is_private = file.is_private}
        );
    }
}

} // namespace ducksnest::local
