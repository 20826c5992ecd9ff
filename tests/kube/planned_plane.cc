#include "planned_plane.h"

#include "base/text.h"
#include "io/local_places.h"
#include "kube/kubeconfig.h"
#include "local/layout.h"
#include "manifests/addons.h"
#include "support/homelab.h"

#include <stdexcept>
#include <utility>

namespace ducksnest::testing {
namespace {

class Silence final : public Progress {
public:
    void begin(std::string_view, std::size_t) override {}
    void advance(std::size_t, std::string_view) override {}
    void end(std::string_view) override {}
};

plan::Plan plan_with(const PlannedPlane::MoreArguments& more) {
    plan::Plan plan = plan::make_plan(homelab_of(example_text()));
    for (plan::NodePlan& node : plan.nodes) {
        for (auto& unit : node.units) {
            if (const auto at = more.find(unit->name); at != more.end()) {
                plan::Unit longer = *unit;
                longer.arguments.insert(
                    longer.arguments.end(), at->second.begin(), at->second.end()
                );
                unit = plan::Shared<plan::Unit>(std::move(longer));
            }
        }
    }
    return plan;
}

Silence silence;

} // namespace

local::GroundDoors PlannedPlane::doors() {
    return {
        .files = files_,
        .processes = processes_,
        .timer = timer_,
        .clock = clock_,
        .random = random_,
        .parallel = pool_,
        .progress = silence,
        .is_port_free = io::is_port_free,
        .open_http = [](HttpOptions options
                     ) { return std::make_unique<io::CurlHttp>(std::move(options)); },
        .remove_folder = io::remove_folder,
    };
}

PlannedPlane::PlannedPlane(const MoreArguments& more)
    : plan_(plan_with(more)) {
    const std::string bin =
        run_shell(DUCKSNEST_SOURCE_DIR "/tools/kubernetes.sh 2>/dev/null | tr -d '\n'");
    std::map<std::string, std::string> programs;
    for (const std::string& name : local::needed_programs(plan_)) {
        programs.emplace(name, bin + "/" + name);
    }
    std::filesystem::create_directory(folder_.path() + "/logs");
    Result<local::Ground> ground = local::start_ground(
        {.plan = plan_,
         .folder = folder_.path(),
         .programs = std::move(programs),
         .ducksnest = DUCKSNEST_IDLE},
        doors()
    );
    if (!ground) {
        throw std::runtime_error(ducksnest::describe(ground.error()));
    }
    ground_ = *std::move(ground);
    admit_operators();
}

/// Operators may do nothing until their group is bound to a role, as the first phase of a bootstrap
/// does with the certificate that may do nothing else.
void PlannedPlane::admit_operators() {
    RealKube first(opened("control-plane", "bootstrap"), server());
    RealKube operators(admin(), server());
    for (const manifests::Object& object : manifests::make_objects(plan_)) {
        if (object.phase == kube::Phase::admin) {
            if (const Result<Json> applied = first.client.apply(object.value, {}); !applied) {
                throw std::runtime_error(ducksnest::describe(applied.error()));
            }
        }
    }
    const auto is_admitted = [&] {
        return operators.client
            .list({.api_version = "v1", .kind = "Node"}, [](const Json&) { return true; })
            .has_value();
    };
    while (!is_admitted()) {
        (void)operators.timer.pause(Duration(50), {});
    }
}

PlannedPlane::~PlannedPlane() {
    [[maybe_unused]] const Result<int> stopped = local::stop_ground(doors());
}

HttpOptions PlannedPlane::admin() const {
    const Json config = Json::parse(read_text(ground_.kubeconfig)).value();
    kube::Access access = kube::read_kubeconfig(config, nullptr).value();
    return {
        .authorities = std::move(access.authorities),
        .certificate = std::move(access.certificate),
        .key = std::move(access.key)
    };
}

HttpOptions PlannedPlane::opened(const std::string& node, const std::string& certificate) const {
    const std::string path = node_folder(node) + "/run/ducksnest/secrets/" + certificate;
    return {
        .authorities = read_text(node_folder(node) + "/run/ducksnest/secrets/bundles/cluster.crt"),
        .certificate = read_text(path + ".crt"),
        .key = Secret(as_bytes(read_text(path + ".key")))
    };
}

std::string PlannedPlane::node_folder(const std::string& node) const {
    return folder_.path() + "/nodes/" + node;
}

std::vector<std::string>
PlannedPlane::running_arguments(const std::string& node, const std::string& unit) {
    for (const local::RunningProcess& process : ground_.state.processes) {
        if (process.node == node && process.unit == unit) {
            const std::string text =
                read_text("/proc/" + std::to_string(process.id.pid) + "/cmdline");
            const std::vector<std::string_view> words = split(text, '\0');
            // After argv[0]; the last word ends with a zero byte as well.
            return {words.begin() + 1, words.end() - 1};
        }
    }
    throw std::runtime_error("no process of " + unit);
}

} // namespace ducksnest::testing
