#include "base/text.h"
#include "kube/bootstrap.h"
#include "kube/bootstrap_run.h"
#include "kube/testing/fake_kube.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::kube {
namespace {

using testing::FakeKube;

Object object(
    const std::string& api_version,
    const std::string& kind,
    const std::string& space,
    const std::string& name,
    Json spec = Json()
) {
    Json metadata = Json::object({{"name", name}});
    if (!space.empty()) {
        metadata.set("namespace", space);
    }
    Json body = Json::object(
        {{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(metadata)}}
    );
    if (!spec.is_null()) {
        body.set("spec", std::move(spec));
    }
    return {.body = std::move(body), .origin = "manifests/" + name + ".yaml:1"};
}

Object definition() {
    return object(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "",
        "pools.example.org",
        Json::object({{"group", "example.org"}, {"names", Json::object({{"kind", "Pool"}})}})
    );
}

/// One object of every phase, in the worst order.
std::vector<Object> whole_set() {
    return {
        object("apps/v1", "Deployment", "apps", "web", Json::object({{"replicas", 0}})),
        object("example.org/v1", "Pool", "", "pool", Json::object({{"cidr", "10.0.0.0/8"}})),
        object("apps/v1", "DaemonSet", "kube-system", "node"),
        definition(),
        object("v1", "ConfigMap", "apps", "settings"),
        object("v1", "Namespace", "", "apps"),
    };
}

FakeKube fresh_cluster() {
    FakeKube kube;
    kube.custom_groups = {"example.org"};
    return kube;
}

Result<BootstrapReport>
run(FakeKube& kube, std::vector<Object> objects, BootstrapOptions options = {}) {
    options.homelab = "nest";
    options.rollout_timeout = Duration();
    Bootstrap bootstrap = TRY(Bootstrap::make(std::move(objects), options));
    testing::InTurn parallel;
    testing::FakeTimer timer;
    testing::NoProgress progress;
    TRY(run_bootstrap(bootstrap, {kube, parallel, timer, progress}));
    return bootstrap.report();
}

std::vector<std::string> names_of(const Inventory& inventory) {
    std::vector<std::string> names;
    for (const auto& [key, entry] : inventory.entries) {
        names.push_back(display(entry.ref));
    }
    return names;
}

Inventory inventory_in(const FakeKube& kube) {
    const Json* json = kube.peek(inventory_ref("nest"));
    return json == nullptr ? Inventory() : *parse_inventory(*json);
}

} // namespace

TEST_CASE("phases come in order, whatever the order of the objects") {
    FakeKube kube = fresh_cluster();
    const Result<BootstrapReport> report = run(kube, whole_set());
    REQUIRE(report);
    CHECK(report->created.size() == 6);
    const std::vector<std::string> expected = {
        "ConfigMap kube-system/ducksnest-applyset-nest",
        "Namespace apps",
        "ConfigMap apps/settings",
        "CustomResourceDefinition pools.example.org",
        "Pool pool",
        "DaemonSet kube-system/node",
        "Deployment apps/web",
        "ConfigMap kube-system/ducksnest-applyset-nest",
    };
    CHECK(kube.writes == expected);
}

TEST_CASE("definitions that nothing uses do not hold up those that are waited for") {
    FakeKube kube = fresh_cluster();
    std::vector<Object> objects = whole_set();
    objects.push_back(object(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "",
        "a-first.example.org",
        Json::object({{"group", "example.org"}, {"names", Json::object({{"kind", "Unused"}})}})
    ));
    REQUIRE(run(kube, std::move(objects)));
    const auto place = [&](std::string_view name) {
        return std::ranges::find(kube.writes, name) - kube.writes.begin();
    };
    const auto needed = place("CustomResourceDefinition pools.example.org");
    const auto unused = place("CustomResourceDefinition a-first.example.org");
    CHECK(needed < unused);
    CHECK(unused < place("DaemonSet kube-system/node"));
}

TEST_CASE("a second run reads and writes nothing") {
    FakeKube kube = fresh_cluster();
    REQUIRE(run(kube, whole_set()));
    kube.writes.clear();
    kube.calls.clear();
    const Result<BootstrapReport> report = run(kube, whole_set());
    REQUIRE(report);
    CHECK(report->created.empty());
    CHECK(report->configured.empty());
    CHECK(kube.writes.empty());
    CHECK(std::ranges::none_of(kube.calls, [](const std::string& call) {
        return call.starts_with("apply");
    }));
}

TEST_CASE("what somebody else changed, removed or unlabelled is put right") {
    FakeKube kube = fresh_cluster();
    REQUIRE(run(kube, whole_set()));
    const Ref settings = {
        .api_version = "v1", .kind = "ConfigMap", .namespace_name = "apps", .name = "settings"
    };
    const Json good = *kube.peek(settings);

    kube.objects.erase(key_of(settings));
    CHECK(run(kube, whole_set())->created == std::vector{settings});

    Json unlabelled = *kube.peek(settings);
    Json metadata = *unlabelled.find("metadata");
    metadata.erase("labels");
    unlabelled.set("metadata", metadata);
    kube.objects.at(key_of(settings)) = unlabelled;
    REQUIRE(run(kube, whole_set()));
    CHECK(kube.peek(settings)->find("metadata")->find("labels") != nullptr);

    const Ref web = {
        .api_version = "apps/v1", .kind = "Deployment", .namespace_name = "apps", .name = "web"
    };
    kube.objects.at(key_of(web)).set("spec", Json::object({{"replicas", 7}}));
    CHECK(run(kube, whole_set())->configured == std::vector{web});
    CHECK(int_at(*kube.peek(web), "spec.replicas", -1) == 0);

    // What is not ours is not our business.
    kube.objects.at(key_of(web)).set("status", Json::object({{"replicas", 0}}));
    CHECK(run(kube, whole_set())->configured.empty());
}

TEST_CASE("what left the set is pruned, what others made is not") {
    FakeKube kube = fresh_cluster();
    REQUIRE(run(kube, whole_set()));
    kube.put(object("v1", "ConfigMap", "apps", "theirs").body);

    std::vector<Object> less = whole_set();
    less.erase(less.begin(), less.begin() + 2); // The deployment and the pool.
    const Result<BootstrapReport> report = run(kube, less);
    REQUIRE(report);
    CHECK(report->pruned.size() == 2);
    CHECK(kube.objects.size() == 4 + 2); // The inventory and theirs.
    CHECK(names_of(inventory_in(kube)).size() == 4);
}

TEST_CASE("an object that came back under another owner is left to them") {
    FakeKube kube = fresh_cluster();
    REQUIRE(run(kube, whole_set()));
    const Object web = object("apps/v1", "Deployment", "apps", "web");
    kube.objects.erase(key_of(*ref_of(web.body)));
    kube.put(web.body);
    std::vector<Object> less = whole_set();
    less.erase(less.begin());
    const Result<BootstrapReport> report = run(kube, less);
    REQUIRE(report);
    CHECK(report->pruned.empty());
    CHECK(report->foreign.size() == 1);
    CHECK(kube.peek(*ref_of(web.body)) != nullptr);
    CHECK(names_of(inventory_in(kube)).size() == 5);
}

TEST_CASE("namespaces and custom kinds go only when asked to") {
    FakeKube kube = fresh_cluster();
    REQUIRE(run(kube, whole_set()));
    const std::vector<Object> one = {object("apps/v1", "DaemonSet", "kube-system", "node")};
    Result<BootstrapReport> report = run(kube, one);
    CHECK(report->kept.size() == 2);
    CHECK(report->pruned.size() == 3);
    CHECK(names_of(inventory_in(kube)).size() == 3);

    kube.writes.clear();
    report = run(kube, one, {.prune = Prune::all});
    CHECK(report->pruned.size() == 2);
    const std::vector<std::string> expected = {
        "-CustomResourceDefinition pools.example.org",
        "-Namespace apps",
        "ConfigMap kube-system/ducksnest-applyset-nest",
    };
    CHECK(kube.writes == expected);
    CHECK(names_of(inventory_in(kube)) == std::vector<std::string>{"DaemonSet kube-system/node"});

    REQUIRE(run(kube, whole_set()));
    report = run(kube, one, {.prune = Prune::none});
    CHECK(report->pruned.empty());
    CHECK(report->kept.size() == 5);
}

TEST_CASE("killed after any call, the next run ends where this one would have") {
    std::vector<Object> less = whole_set();
    less.erase(less.begin());                                          // One to prune,
    less.push_back(object("v1", "ConfigMap", "apps", "new"));          // one to create,
    less[0].body.set("spec", Json::object({{"cidr", "10.1.0.0/16"}})); // one to change.
    FakeKube whole = fresh_cluster();
    REQUIRE(run(whole, whole_set()));
    REQUIRE(run(whole, less));

    int deaths = 0;
    for (int calls = 0;; ++calls) {
        FakeKube kube = fresh_cluster();
        REQUIRE(run(kube, whole_set()));
        kube.calls_left = calls;
        const bool survived = run(kube, less).has_value();
        kube.calls_left.reset();
        // Every object of ours is in the inventory: nothing can be forgotten.
        const Inventory inventory = inventory_in(kube);
        for (const auto& [key, stored] : kube.objects) {
            const bool is_inventory = key == key_of(inventory_ref("nest"));
            REQUIRE((is_inventory || inventory.entries.contains(key)));
        }
        REQUIRE(run(kube, less));
        CHECK(names_of(inventory_in(kube)) == names_of(inventory_in(whole)));
        CHECK(kube.objects.size() == whole.objects.size());
        kube.writes.clear();
        REQUIRE(run(kube, less));
        CHECK(kube.writes.empty());
        if (survived) {
            break;
        }
        ++deaths;
    }
    CHECK(deaths > 10);
}

TEST_CASE("another bootstrap at the same time makes us look again") {
    FakeKube kube = fresh_cluster();
    REQUIRE(run(kube, whole_set()));
    std::vector<Object> more = whole_set();
    more.push_back(object("v1", "ConfigMap", "apps", "more"));
    Bootstrap slow = *Bootstrap::make(more, {.homelab = "nest", .rollout_timeout = Duration()});
    const auto step = [&] {
        const std::optional<Batch> batch = *slow.next(Duration());
        std::vector<Outcome> outcomes;
        for (const Action& action : batch->actions) {
            outcomes.push_back(perform(kube, action, "nest"));
        }
        REQUIRE(slow.take(std::move(outcomes)));
        return batch->step;
    };
    CHECK(step() == "looking at the cluster");
    std::vector<Object> other = whole_set();
    other.push_back(object("v1", "ConfigMap", "apps", "other"));
    REQUIRE(run(kube, other));
    CHECK(step() == "keeping the inventory");
    CHECK(step() == "looking at the cluster");
}

TEST_CASE("a dry run changes nothing and says what would change") {
    FakeKube kube = fresh_cluster();
    REQUIRE(run(kube, whole_set()));
    std::vector<Object> less = whole_set();
    less.erase(less.begin() + 2);
    less[0].body.set("spec", Json::object({{"replicas", 3}}));
    less.push_back(object("v1", "ConfigMap", "nowhere", "new"));
    kube.writes.clear();
    const Result<BootstrapReport> report = run(kube, less, {.mode = Mode::dry_run});
    REQUIRE(report);
    CHECK(kube.writes.empty());
    REQUIRE(report->planned.size() == 2);
    CHECK(display(report->planned[0].ref) == "ConfigMap nowhere/new");
    CHECK(report->planned[0].is_new);
    CHECK(display(report->planned[1].ref) == "Deployment apps/web");
    REQUIRE(report->planned[1].changes.size() == 1);
    CHECK(render_change(report->planned[1].changes[0]) == "  ~ spec.replicas: 0 -> 3");
    REQUIRE(report->planned_prunes.size() == 1);
    CHECK(display(report->planned_prunes[0]) == "DaemonSet kube-system/node");
}

TEST_CASE("everything a phase refuses is told at once, with its place") {
    FakeKube kube = fresh_cluster();
    for (const char* name : {"web", "api"}) {
        const Object refused = object("apps/v1", "Deployment", "apps", name);
        kube.refusals[key_of(*ref_of(refused.body))] = {
            .code = ErrorCode::invalid,
            .message = fmt::format(
                "the API server refuses `Deployment apps/{}`:\n  spec.replicas: must be positive",
                name
            )
        };
    }
    std::vector<Object> objects = whole_set();
    objects.push_back(object("apps/v1", "Deployment", "apps", "api"));
    const Result<BootstrapReport> report = run(kube, objects);
    REQUIRE(!report);
    CHECK(
        report.error().message ==
        "the API server refuses `Deployment apps/api`:\n  spec.replicas: must be positive\n"
        "  --> manifests/api.yaml:1\n"
        "the API server refuses `Deployment apps/web`:\n  spec.replicas: must be positive\n"
        "  --> manifests/web.yaml:1"
    );
    CHECK(report.error().help == "correct it in manifests/api.yaml:1, then run again");
}

namespace {

/// What refuses an object lets go of it at some time.
class TimerThatFrees final : public Timer {
public:
    TimerThatFrees(FakeKube& kube, Duration after)
        : kube_(kube)
        , after_(after) {}
    Duration elapsed() override { return now_; }
    Result<void> pause(Duration length, std::stop_token) override {
        now_ += length;
        if (now_ >= after_) {
            kube_.refusals.clear();
        }
        return {};
    }

private:
    FakeKube& kube_;
    Duration after_;
    Duration now_{};
};

Result<void> run_until_free(ErrorCode code, Duration after) {
    FakeKube kube = fresh_cluster();
    kube.refusals[key_of(*ref_of(whole_set()[0].body))] = {.code = code, .message = "held"};
    Bootstrap bootstrap =
        *Bootstrap::make(whole_set(), {.homelab = "nest", .rollout_timeout = Duration()});
    testing::InTurn parallel;
    TimerThatFrees timer(kube, after);
    testing::NoProgress progress;
    return run_bootstrap(bootstrap, {kube, parallel, timer, progress});
}

} // namespace

TEST_CASE("what is given up later is waited for, what never comes is not") {
    // A cluster IP that a dead caller left behind is held for a minute.
    CHECK(run_until_free(ErrorCode::conflict, Duration(75'000)));
    CHECK_FALSE(run_until_free(ErrorCode::conflict, Duration(120'000)));
    CHECK(run_until_free(ErrorCode::not_found, Duration(9'000)));
    CHECK_FALSE(run_until_free(ErrorCode::not_found, Duration(30'000)));
    CHECK_FALSE(run_until_free(ErrorCode::invalid, Duration(100)));
}

TEST_CASE("a set that cannot be meant is refused before anything happens") {
    CHECK(Bootstrap::make({}, {}).error().message == "there are no objects to apply");
    std::vector<Object> twice = {
        object("v1", "ConfigMap", "apps", "a"), object("v1", "ConfigMap", "apps", "a")
    };
    twice[1].origin = "manifests/other.yaml:9";
    const Result<Bootstrap> refused = Bootstrap::make(twice, {});
    CHECK(refused.error().message == "`ConfigMap apps/a` is there twice");
    CHECK(refused.error().help == "see manifests/a.yaml:1 and manifests/other.yaml:9");
    Object odd = object("v1", "ConfigMap", "apps", "odd");
    Json metadata = *odd.body.find("metadata");
    metadata.set("annotations", Json::object({{"ducksnest.dev/phase", "soon"}}));
    odd.body.set("metadata", metadata);
    CHECK(
        Bootstrap::make({odd}, {}).error().message ==
        "`ConfigMap apps/odd` wants phase `soon`, which does not exist"
    );
}

} // namespace ducksnest::kube
