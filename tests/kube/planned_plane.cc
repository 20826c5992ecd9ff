#include "planned_plane.h"

#include "base/text.h"
#include "local/layout.h"
#include "manifests/addons.h"
#include "support/homelab.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace ducksnest::testing {
namespace {

class Silence final : public Progress {
public:
    void begin(std::string_view, std::size_t) override {}
    void advance(std::size_t, std::string_view) override {}
    void end(std::string_view) override {}
};

bool is_port_free(const std::string& address, int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    const bool is_free = bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
    close(socket);
    return is_free;
}

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
        .is_port_free = is_port_free,
        .open_http = [](const local::Credentials& who) -> std::unique_ptr<Http> {
            return std::make_unique<io::CurlHttp>(HttpOptions{
                .authorities = who.authorities,
                .certificate = who.certificate,
                .key = Secret(who.key.view())
            });
        },
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
    return {
        .authorities = ground_.admin.authorities,
        .certificate = ground_.admin.certificate,
        .key = Secret(ground_.admin.key.view())
    };
}

HttpOptions PlannedPlane::opened(const std::string& node, const std::string& certificate) const {
    const std::string path = node_folder(node) + "/run/ducksnest/secrets/" + certificate;
    return {
        .authorities = ground_.admin.authorities,
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
