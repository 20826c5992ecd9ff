#include "sim/doors.h"
#include "sim/memory_cloud.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ducksnest;

namespace {

constexpr Ratio often = {.numerator = 1, .denominator = 4};

sim::CloudWorld small_world() {
    return {
        .subnets =
            {{"subnet-a", {.zone = "zone-a", .cidr = net::parse_cidr("10.20.0.0/24").value()}},
             {"subnet-b", {.zone = "zone-b", .cidr = net::parse_cidr("10.20.1.0/24").value()}}},
        .templates = {{"duck-standby-1", {.instance_type = "t3.medium", .subnet = "subnet-a"}}},
        .capacity = {{{"t3.medium", "zone-a"}, 2}, {{"t3.medium", "zone-b"}, 100}},
        .quota = 4,
    };
}

struct Ground {
    sim::VirtualClock clock{Instant{}};
    sim::MemoryCloud cloud;

    explicit Ground(sim::CloudWorld world = small_world(), sim::CloudFaults faults = {})
        : cloud(clock, std::move(world), 1, faults) {}

    std::string run(const std::string& token, const std::string& subnet = {}) {
        const auto made =
            cloud.run({.token = token, .launch_template = "duck-standby-1", .subnet = subnet});
        return made ? made->id : std::string(to_string(made.error().trouble));
    }
    void pass(Duration time) { clock.set(clock.now() + time); }
};

/// What the callers of a few hundred calls hear, as text.
std::string story(std::uint64_t seed) {
    sim::VirtualClock clock(Instant{});
    sim::MemoryCloud cloud(
        clock, small_world(), seed, {.throttled = often, .lost_request = often, .lost_reply = often}
    );
    std::string heard;
    for (int i = 0; i < 200; ++i) {
        const auto made =
            cloud.run({.token = fmt::format("token-{}", i % 9), .launch_template = "duck-standby-1"}
            );
        heard += made ? made->id : std::string(to_string(made.error().trouble));
        heard += made && i % 5 == 0 && cloud.terminate({made->id}) ? "-" : "+";
        clock.set(clock.now() + Duration(1'000));
    }
    return heard;
}

} // namespace

TEST_CASE("the twin's cloud has no more than it has, and has it again when it was given back") {
    Ground ground;
    const std::string first = ground.run("1");
    CHECK(ground.run("2") == "i-00000000000000002");
    CHECK(ground.run("3") == "no-capacity");
    CHECK(ground.run("3", "subnet-b") == "i-00000000000000003");
    CHECK(ground.run("4", "subnet-b") == "i-00000000000000004");
    CHECK(ground.run("5", "subnet-b") == "quota");
    CHECK(ground.cloud.terminate({first}).value() == std::vector{first});
    CHECK(ground.run("6") == "i-00000000000000005");
    ground.cloud.set_capacity({.type = "t3.medium", .zone = "zone-a"}, 0);
    CHECK(ground.cloud.terminate({"i-00000000000000004"}));
    CHECK(ground.run("7") == "no-capacity");
}

TEST_CASE("a token of the twin's cloud holds within one zone") {
    Ground ground;
    CHECK(ground.run("1") == "i-00000000000000001");
    CHECK(ground.run("1", "subnet-b") == "i-00000000000000002");
    CHECK(ground.run("1", "subnet-b") == "i-00000000000000002");
    CHECK(ground.cloud.all().size() == 2);
}

TEST_CASE("machines of the twin's cloud boot, end and are forgotten") {
    Ground ground;
    const std::string id = ground.run("1");
    const auto state = [&] {
        const auto found = ground.cloud.describe({.ids = {id}}).value();
        return found.empty() ? "none" : std::string(to_string(found.front().state));
    };
    CHECK(state() == "pending");
    ground.pass(Duration(20'000));
    CHECK(state() == "running");
    REQUIRE(ground.cloud.terminate({id}));
    CHECK(state() == "shutting-down");
    CHECK(ground.run("1") == id);
    ground.pass(Duration(30'000));
    CHECK(state() == "terminated");
    CHECK(ground.run("1") == "token-spent");
    ground.pass(Duration(3'600'000));
    CHECK(state() == "none");
}

TEST_CASE("the twin's cloud shows late what has happened, but the token knows at once") {
    sim::CloudWorld world = small_world();
    world.consistency = Duration(10'000);
    Ground ground(world);
    const std::string id = ground.run("1");
    CHECK(ground.cloud.describe({}).value().empty());
    CHECK(ground.run("1") == id);
    ground.pass(Duration(10'000));
    CHECK(ground.cloud.describe({}).value().size() == 1);
    REQUIRE(ground.cloud.terminate({id}));
    CHECK(ground.cloud.describe({}).value().front().is_alive());
    CHECK_FALSE(ground.cloud.all().front().is_alive());
}

TEST_CASE("the twin's cloud fails in every way, and the same way again") {
    const std::string first = story(1);
    CHECK(first == story(1));
    CHECK(first != story(2));
    for (const char* word : {"throttled", "unknown", "no-capacity", "i-0", "token-spent"}) {
        CAPTURE(word);
        CHECK(first.contains(word));
    }
}

TEST_CASE("a lost answer of the twin's cloud leaves the machine, a lost request none") {
    constexpr Ratio always = {.numerator = 1, .denominator = 1};
    Ground lost_reply(small_world(), {.lost_reply = always});
    CHECK(lost_reply.run("1") == "unknown");
    CHECK(lost_reply.cloud.all().size() == 1);
    Ground lost_request(small_world(), {.lost_request = always});
    CHECK(lost_request.run("1") == "unknown");
    CHECK(lost_request.cloud.all().empty());
}
