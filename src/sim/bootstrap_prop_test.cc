#include "kube/bootstrap.h"
#include "kube/bootstrap_run.h"
#include "sim/api_server.h"
#include "sim/doors.h"
#include "sim/faulty_kube.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

/// The bootstrap itself, unchanged, on the twin's API server: whatever goes wrong on the way, some
/// later run ends with exactly what is wanted, and the one after it writes nothing.
namespace ducksnest::sim {
namespace {

using kube::Bootstrap;
using kube::BootstrapReport;
using kube::Object;

const std::string homelab = "nest";

Json metadata(const std::string& space, const std::string& name) {
    Json json = Json::object({{"name", name}});
    if (!space.empty()) {
        json.set("namespace", space);
    }
    return json;
}

Json body(
    const std::string& version,
    const std::string& kind,
    const std::string& space,
    const std::string& name
) {
    return Json::object(
        {{"apiVersion", version}, {"kind", kind}, {"metadata", metadata(space, name)}}
    );
}

Json definition(const std::string& kind, const std::string& plural) {
    Json json =
        body("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", plural + ".example.org");
    json.set(
        "spec",
        Json::object(
            {{"group", "example.org"},
             {"scope", "Cluster"},
             {"names", Json::object({{"kind", kind}, {"plural", plural}})},
             {"versions",
              Json::array({Json::object({{"name", "v1"}, {"served", true}, {"storage", true}})})}}
        )
    );
    return json;
}

Json workload(const std::string& kind, const std::string& name, const std::string& image) {
    Json json = body("apps/v1", kind, "pond", name);
    const Json container = Json::object({{"name", "main"}, {"image", image}});
    const Json spec = Json::object({{"containers", Json::array({container})}});
    json.set("spec", Json::object({{"template", Json::object({{"spec", spec}})}}));
    return json;
}

/// A set of every phase; from one generation to the next objects come, go and change.
std::vector<Json> set_of(std::uint64_t seed, int generation) {
    Prng prng(seed * 8 + static_cast<std::uint64_t>(generation));
    std::vector<Json> objects = {
        body("v1", "Namespace", "", "pond"),
        body("v1", "ServiceAccount", "pond", "keeper"),
        definition("Pool", "pools"),
        workload("DaemonSet", "node", fmt::format("example.org/node:{}", prng.below(2))),
    };
    for (int i = 0; i < 5; ++i) {
        if (prng.chance({1, 2})) {
            Json settings = body("v1", "ConfigMap", "pond", fmt::format("settings-{}", i));
            settings.set("data", Json::object({{fmt::format("k{}", prng.below(3)), "v"}}));
            objects.push_back(std::move(settings));
        }
        if (prng.chance({1, 4})) {
            objects.push_back(body("example.org/v1", "Pool", "", fmt::format("pool-{}", i)));
        }
        if (prng.chance({1, 4})) {
            objects.push_back(workload("Deployment", fmt::format("web-{}", i), "example.org/web"));
        }
    }
    if (prng.chance({1, 3})) {
        objects.push_back(definition("Duck", "ducks"));
        objects.push_back(body("example.org/v1", "Duck", "", "donald"));
    }
    return objects;
}

class Quiet final : public Progress {
public:
    void begin(std::string_view, std::size_t) override {}
    void advance(std::size_t, std::string_view) override {}
    void end(std::string_view) override {}
};

Result<BootstrapReport> run(kube::Kube& kube, Timer& timer, const std::vector<Json>& bodies) {
    std::vector<Object> objects;
    for (const Json& each : bodies) {
        objects.push_back({.body = each, .origin = "set.yaml:1"});
    }
    Bootstrap bootstrap =
        TRY(Bootstrap::make(std::move(objects), {.homelab = homelab, .prune = kube::Prune::all}));
    SerialParallel parallel;
    Quiet progress;
    TRY(kube::run_bootstrap(bootstrap, {kube, parallel, timer, progress}));
    return bootstrap.report();
}

std::set<std::string> names_in(const std::vector<Json>& bodies) {
    std::set<std::string> names;
    for (const Json& each : bodies) {
        names.insert(kube::display(*kube::ref_of(each)));
    }
    return names;
}

/// What carries our label now.
std::set<std::string> present(ApiServer& server) {
    std::set<std::string> names;
    const std::vector<std::pair<std::string, std::string>> kinds = {
        {"v1", "Namespace"},
        {"v1", "ServiceAccount"},
        {"v1", "ConfigMap"},
        {"apps/v1", "DaemonSet"},
        {"apps/v1", "Deployment"},
        {"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
        {"example.org/v1", "Pool"},
        {"example.org/v1", "Duck"},
    };
    for (const auto& [version, kind] : kinds) {
        const kube::ListQuery query = {
            .api_version = version,
            .kind = kind,
            .label_selector = fmt::format("{}={}", kube::applyset_label, homelab)
        };
        // A kind that is not served has no objects either.
        (void)server.list(query, [&](const Json& object) {
            names.insert(kube::display(*kube::ref_of(object)));
            return true;
        });
    }
    return names;
}

/// Somebody edits what is ours by hand.
void meddle(ApiServer& server, const std::vector<Json>& bodies, Prng& prng) {
    Json object = bodies[prng.below(bodies.size())];
    if (prng.chance({1, 2}) && kube::text_at(object, "kind") == "ConfigMap") {
        object.set("data", Json::object({{"k0", "meddled"}, {"theirs", "x"}}));
        (void)server.apply(object, {.field_manager = "kubectl"});
    } else if (kube::text_at(object, "kind") == "ConfigMap") {
        (void)server.remove(*kube::ref_of(object), {});
    }
}

struct Tally {
    std::uint64_t faults = 0;
    std::uint64_t runs = 0;
    std::uint64_t failed = 0;
};

void play(std::uint64_t seed, Tally& tally) {
    CAPTURE(seed);
    Prng prng(seed);
    VirtualTimer timer;
    SeededRandom random(seed);
    ApiServer server(timer, {.controllers = Controllers::run});
    const auto rate = static_cast<std::uint32_t>(prng.below(12));
    FaultyKube kube(
        {.server = server, .timer = timer, .random = random},
        seed,
        {.declined = {rate, 60}, .reset = {rate, 60}, .lost_reply = {rate, 60}, .outage = {1, 80}}
    );
    for (int generation = 0; generation < 3; ++generation) {
        const std::vector<Json> wanted = set_of(seed, generation);
        constexpr int runs_max = 40;
        bool is_done = false;
        for (int i = 0; i < runs_max && !is_done; ++i) {
            kube.die_after(prng.chance({1, 2}) ? static_cast<int>(prng.below(60)) : 1'000'000);
            is_done = run(kube, timer, wanted).has_value();
            ++tally.runs;
            tally.failed += is_done ? 0U : 1U;
        }
        REQUIRE(is_done);
        meddle(server, wanted, prng);
        REQUIRE(timer.pause(Duration(5'000), {}));
    }
    tally.faults += kube.faults_seen();
    kube.heal();
    const std::vector<Json> wanted = set_of(seed, 2);
    const Result<BootstrapReport> last = run(kube, timer, wanted);
    if (!last) {
        FAIL(describe(last.error()));
    }
    REQUIRE(timer.pause(Duration(5'000), {}));
    CHECK(last->waiting.empty());
    CHECK(present(server) == names_in(wanted));
    const std::int64_t revision = server.revision();
    REQUIRE(run(kube, timer, wanted));
    CHECK(server.revision() == revision);
}

} // namespace

TEST_CASE("a bootstrap converges over a thousand bad networks, killed and meddled with") {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        play(seed, tally);
    }
    MESSAGE(tally.runs, " runs, ", tally.failed, " of them ended early, ", tally.faults, " faults");
    CHECK(tally.faults > 10'000);
    CHECK(tally.failed > 1'000);
}

} // namespace ducksnest::sim
