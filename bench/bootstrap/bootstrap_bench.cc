// Every addon of the example homelab onto a real, empty API server: `ducksnest bootstrap` against
// `kubectl apply --server-side`, each on a control plane of its own, and once more when nothing has
// to change. Then the memory of a client that lists 10,000 objects. Ratios of medians of one run;
// nothing here is a timed test.
//
//   bootstrap_bench [CALICO-DEFINITIONS.yaml]

#include "config/load.h"
#include "control_plane.h"
#include "io/thread_pool.h"
#include "manifests/addons.h"
#include "manifests/calico.h"
#include "plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

namespace {

using namespace ducksnest;
using testing::ControlPlane;
using testing::RealKube;
using Watch = std::chrono::steady_clock;

constexpr int rounds = 3;
constexpr std::string_view example = DUCKSNEST_SOURCE_DIR "/examples/ducksnest";

struct Times {
    std::vector<std::int64_t> cold{};
    std::vector<std::int64_t> unchanged{};
};

std::int64_t milliseconds_of(const std::string& command) {
    const Watch::time_point before = Watch::now();
    testing::run_shell(command + " >/dev/null 2>&1");
    return std::chrono::duration_cast<std::chrono::milliseconds>(Watch::now() - before).count();
}

std::int64_t median(std::vector<std::int64_t> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// The same objects in the same order for kubectl, as one list.
void write_list(const std::string& definitions, const std::filesystem::path& path) {
    diag::Sources sources;
    const std::string toml = std::string(example) + "/homelab.toml";
    const config::Loaded loaded =
        config::load(sources, sources.add(toml, testing::read_text(toml)));
    std::vector<manifests::Object> objects =
        manifests::make_objects(plan::make_plan(*loaded.homelab));
    const std::string text = testing::read_text(definitions);
    Result<std::vector<manifests::Object>> calico = manifests::read_calico_definitions(text);
    if (!calico) {
        fmt::print(
            stderr,
            "error: cannot use `{}`: {}\n  = help: name Calico's definitions: `./x bench bootstrap "
            "FILE`\n",
            definitions,
            describe(calico.error())
        );
        std::exit(1);
    }
    std::ranges::move(*calico, std::back_inserter(objects));
    std::ranges::stable_sort(objects, {}, &manifests::Object::phase);
    Json::Array items;
    for (manifests::Object& object : objects) {
        items.push_back(std::move(object.value));
    }
    fmt::print("{} objects, {} rounds\n", items.size(), rounds);
    const Json list =
        Json::object({{"apiVersion", "v1"}, {"kind", "List"}, {"items", Json(std::move(items))}});
    std::ofstream(path) << list.dump();
}

void run_round(const std::string& command, bool is_repeated, Times& times) {
    // kubectl knows the kinds that were there when it started, so objects of new kinds need a
    // second run, as they do in a shell loop around it.
    const std::string cold =
        is_repeated ? fmt::format("for i in 1 2 3 4 5; do {} && break; done", command) : command;
    times.cold.push_back(milliseconds_of(cold));
    for (int i = 0; i < rounds; ++i) {
        times.unchanged.push_back(milliseconds_of(command));
    }
}

/// Peak memory in KiB since the last call of `reset_peak` (proc(5): clear_refs, VmHWM).
std::int64_t peak_kibibytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmHWM:") {
            std::int64_t value = 0;
            status >> value;
            return value;
        }
    }
    return 0;
}

void measure_memory() {
    constexpr std::size_t many = 10'000;
    const ControlPlane plane;
    RealKube real(plane.credentials(), plane.fact("server"));
    io::ThreadPool pool(16);
    pool.for_each(many, [&](std::size_t i) {
        const Json object = Json::object(
            {{"apiVersion", "v1"},
             {"kind", "ConfigMap"},
             {"metadata",
              Json::object(
                  {{"name", fmt::format("item-{:05}", i)},
                   {"namespace", "default"},
                   {"labels", Json::object({{"small", i < many / 10 ? "yes" : "no"}})}}
              )},
             {"data", Json::object({{"text", std::string(2'000, 'x')}})}}
        );
        if (const Result<Json> applied = real.client.apply(object, {}); !applied) {
            fmt::print("{}\n", describe(applied.error()));
        }
    });
    for (const char* selector : {"small=yes", "small"}) {
        std::ofstream("/proc/self/clear_refs") << "5";
        std::size_t count = 0;
        std::size_t bytes = 0;
        const Result<std::string> done = real.client.list(
            {.api_version = "v1", .kind = "ConfigMap", .label_selector = selector},
            [&](const Json& object) {
                bytes += object.dump().size();
                return ++count > 0;
            }
        );
        fmt::print(
            "listing {} objects of {} KiB: peak memory {} KiB{}\n",
            count,
            bytes / 1024,
            peak_kibibytes(),
            done ? "" : ", failed"
        );
    }
}

} // namespace

int main(int count, char** words) {
    const std::string definitions =
        count > 1
            ? words[1]
            : fmt::format(
                  "{}/../shared/data/{}", DUCKSNEST_SOURCE_DIR, manifests::calico_definitions().name
              );
    const std::string bin =
        testing::run_shell(DUCKSNEST_SOURCE_DIR "/tools/kubernetes.sh 2>/dev/null | tr -d '\\n'");
    Times kubectl;
    Times ours;
    for (int round = 0; round < rounds; ++round) {
        {
            const ControlPlane plane;
            const std::filesystem::path list = plane.folder() / "list.json";
            write_list(definitions, list);
            run_round(
                fmt::format(
                    "{}/kubectl --kubeconfig {} apply --server-side -f {}",
                    bin,
                    plane.fact("kubeconfig"),
                    list.string()
                ),
                true,
                kubectl
            );
        }
        const ControlPlane plane;
        run_round(
            fmt::format(
                "{} bootstrap -C {} --kubeconfig {} --definitions {} --wait 0s",
                DUCKSNEST_PROGRAM,
                example,
                plane.fact("kubeconfig"),
                definitions
            ),
            false,
            ours
        );
    }
    const auto show = [](std::string_view what, const auto& theirs, const auto& own) {
        const std::int64_t a = median(theirs);
        const std::int64_t b = std::max<std::int64_t>(median(own), 1);
        fmt::print(
            "{}: kubectl {} ms, ducksnest {} ms, {}.{:02}x\n", what, a, b, a / b, a * 100 / b % 100
        );
    };
    show("cold", kubectl.cold, ours.cold);
    show("no change", kubectl.unchanged, ours.unchanged);
    measure_memory();
    return 0;
}
