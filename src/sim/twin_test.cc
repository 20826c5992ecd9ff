#include "plan/testing/homelabs.h"
#include "sim/campaign.h"
#include "sim/doors.h"
#include "sim/testing.h"
#include "sim/twin.h"
#include "sim/twin_trust.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::sim;
using namespace std::chrono_literals;

namespace {

/// A homelab with its plan and the twin's own PKI. Keys come from a seed here: they never leave
/// memory.
struct Ground {
    explicit Ground(const model::Homelab& homelab)
        : plan(plan::make_plan(homelab))
        , blueprint(*make_blueprint(plan))
        , random(7)
        , ground(*TwinGround::make(plan, testing::start, random, parallel)) {}

    TwinReport run(TwinOptions options) {
        options.start = testing::start;
        LiveTrust trust(ground, parallel);
        return run_twin(plan, blueprint, trust, options, [](const Happening&, std::size_t) {});
    }

    plan::Plan plan;
    Blueprint blueprint;
    SeededRandom random;
    SerialParallel parallel{};
    TwinGround ground;
};

Ground& owners() {
    static Ground ground(plan::testing::owners_homelab());
    return ground;
}

const NodeRow& row(const TwinReport& report, std::string_view name) {
    return *std::ranges::find(report.nodes, name, &NodeRow::name);
}

Step step(Action action, Duration at, std::string_view node) {
    return {.at = at, .action = action, .target = *owners().blueprint.find_node(node)};
}

} // namespace

TEST_CASE("the owner's homelab comes up: all Ready, every edge green, every forbidden one refused"
) {
    const TwinReport report = owners().run({});
    CHECK(report.complaints == std::vector<std::string>{});
    CHECK(report.is_well());
    for (const NodeRow& node : report.nodes) {
        CAPTURE(node.name);
        CHECK(node.state == "Ready");
        CHECK(node.certificate_expires.has_value());
    }
    CHECK(report.nodes.size() == 4);
    CHECK(report.trust.edges == owners().plan.trust.edges.size());
    CHECK(report.trust.green == report.trust.edges);
    CHECK(report.trust.failed == 0);
    CHECK(report.trust.forbidden > 20);
    CHECK(report.trust.refused == report.trust.forbidden);
    CHECK(report.database.front().role == "primary");
    CHECK(report.timeline.empty());
}

TEST_CASE("firebat goes and comes back: its pods move, and everything is well in the end") {
    const TwinReport report = owners().run(
        {.script = {step(Action::kill, 10min, "firebat"), step(Action::return_, 2h, "firebat")}}
    );
    CHECK(report.is_well());
    CHECK(row(report, "firebat").state == "Ready");
    const auto says = [&](std::string_view subject, std::string_view text) {
        return std::ranges::any_of(report.timeline, [&](const Happening& happening) {
            return happening.subject == subject && happening.text.starts_with(text);
        });
    };
    CHECK(says("firebat", "loses power"));
    CHECK(says("firebat", "Ready is Unknown"));
    CHECK(says("firebat", "is Ready"));
    CHECK(says("firebat", "opened"));
    CHECK(report.simulated == 2h + settle_time);
}

TEST_CASE("a machine that stays away is off, not a failure") {
    const TwinReport report = owners().run({.script = {step(Action::kill, 10min, "firebat")}});
    CHECK(row(report, "firebat").state == "off");
    CHECK(report.is_well());
}

TEST_CASE("an app that fits nowhere is a failure with its reason") {
    model::Homelab homelab = plan::testing::owners_homelab();
    plan::testing::add_app(homelab, "whale", 1, 64 * 1024);
    Ground ground(homelab);
    const TwinReport report = ground.run({});
    CHECK_FALSE(report.is_well());
    CHECK_FALSE(report.ready_after.has_value());
    REQUIRE(report.complaints.size() == 1);
    CHECK(report.complaints[0].starts_with(
        "`whale` has 0 of 1 pods running: 0/4 nodes are available: "
    ));
    CHECK(report.complaints[0].contains("Insufficient memory"));
}

TEST_CASE("certificates that have run out keep a node from being Ready") {
    model::Homelab homelab = plan::testing::owners_homelab();
    homelab.certificates.leaf_days.value = 3;
    homelab.certificates.renew_before_days.value = 1;
    Ground ground(homelab);
    const TwinReport report = ground.run(
        {.script =
             {step(Action::kill, 24h * 2, "firebat"), step(Action::return_, 24h * 4, "firebat")}}
    );
    CHECK_FALSE(report.is_well());
    CHECK(row(report, "firebat").state == "NotReady");
    CHECK(
        std::ranges::find(
            report.complaints, "node `firebat` is not Ready: its certificates have expired"
        ) != report.complaints.end()
    );
}

TEST_CASE("the keys change nothing in what happens") {
    Ground other(plan::testing::owners_homelab());
    other.random.fill(std::span<std::uint8_t>());
    SeededRandom random(8);
    other.ground = *TwinGround::make(other.plan, testing::start, random, other.parallel);
    CHECK(other.run({.seed = 5}).digest == owners().run({.seed = 5}).digest);
    CHECK(other.run({.seed = 5}).digest != owners().run({.seed = 6}).digest);
}

TEST_CASE("three control planes: one dies, the API and the apps stay") {
    Ground ground(plan::testing::three_control_planes());
    const NodeIndex lost = *ground.blueprint.find_node("control-plane");
    const TwinReport report =
        ground.run({.script = {{.at = 10min, .action = Action::kill, .target = lost}}});
    CHECK(report.complaints == std::vector<std::string>{});
    CHECK(std::ranges::none_of(report.timeline, [](const Happening& happening) {
        return happening.text == "the API is gone";
    }));
}

TEST_CASE("each machine opens its own secrets and nobody else's") {
    const TwinGround& ground = owners().ground;
    for (NodeIndex node = 0; node < ground.node_count(); ++node) {
        const Result<TwinGround::Keys> keys = ground.open(node);
        REQUIRE(keys.has_value());
        CHECK_FALSE(keys->empty());
        for (const auto& [name, key] : *keys) {
            CAPTURE(name);
            const bool is_foreign =
                name.starts_with("nodes/") &&
                !name.starts_with("nodes/" + owners().blueprint.nodes[node].name + "/");
            CHECK_FALSE(is_foreign);
        }
    }
}

TEST_CASE("the artifacts hold private keys only as private files, and a README that says so") {
    const Tree tree = owners().ground.artifacts();
    CHECK(as_text(tree.at("README.md").bytes).contains("throw-away"));
    CHECK(tree.at("hosts/firebat/ssh_host_ed25519_key").is_private);
    CHECK(tree.at("operator/id_ed25519").is_private);
    CHECK(tree.contains("secrets/index.json"));
    for (const auto& [path, file] : tree) {
        CAPTURE(path);
        CHECK(file.is_private == as_text(file.bytes).contains("PRIVATE KEY"));
    }
}

TEST_CASE("seeds with the proven PKI show no key material and break nothing") {
    LiveTrust live(owners().ground, owners().parallel);
    REQUIRE(live.prove(testing::start).has_value());
    const Needles needles = owners().ground.needles(live.opened());
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        ProvenTrust trust(live, needles);
        const SeedOutcome outcome =
            run_seed(owners().blueprint, trust, {}, {.start = testing::start, .seed = seed});
        const std::string what = outcome.violation ? outcome.violation->what : "";
        CHECK(what == "");
    }
    // The checker does see keys: what a node opened is full of needles.
    const Secret& key = live.opened()[1].begin()->second;
    CHECK(needles.found_in(as_text(key.view())));
}
