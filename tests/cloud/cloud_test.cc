#include "aws/ec2.h"
#include "aws/xml.h"
#include "io/clouds.h"
#include "io/system_clock.h"
#include "sim/memory_cloud.h"
#include "support/moto.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <thread>
#include <vector>

/// One suite for every cloud: what the twin's does, EC2 does too.
using namespace ducksnest;

namespace {

constexpr const char* launch_template = "duck-standby-1";

/// Real calls over HTTP to moto, in the default network of a region that nobody has used yet.
struct OnMoto {
    OnMoto() {
        const std::string text = server.ec2(
            {{"Action", "DescribeSubnets"},
             {"Filter.1.Name", "availability-zone"},
             {"Filter.1.Value.1", zone()}},
            region
        );
        const aws::XmlElement answer = aws::parse_xml(text).value();
        const aws::XmlElement& first = answer.find("subnetSet")->children.front();
        subnet = first.get("subnetId");
        const std::string cidr(first.get("cidrBlock"));
        address = net::to_string(net::parse_cidr(cidr).value().at(200));
        server.ec2(
            {{"Action", "CreateLaunchTemplate"},
             {"LaunchTemplateName", launch_template},
             {"LaunchTemplateData.ImageId", "ami-12c6146b"},
             {"LaunchTemplateData.InstanceType", "t3.medium"}},
            region
        );
    }
    static std::string next_region() {
        static std::size_t count = 0;
        constexpr std::array regions = {
            "ap-northeast-2", "us-east-1", "eu-central-1", "us-west-2", "ap-southeast-1"
        };
        return regions.at(count++);
    }
    std::string zone() const { return region + "a"; }

    testing::Moto& server = testing::moto();
    std::string region = next_region();
    std::string subnet{};
    std::string address{};
    std::unique_ptr<Cloud> cloud = io::open_cloud({.region = region}).value();
};

struct InMemory {
    static std::string zone() { return "zone-a"; }

    std::string subnet = "subnet-a";
    std::string address = "10.20.0.200";
    io::SystemClock clock{};
    std::unique_ptr<Cloud> cloud = std::make_unique<sim::MemoryCloud>(
        clock,
        sim::CloudWorld{
            .subnets =
                {{"subnet-a", {.zone = zone(), .cidr = net::parse_cidr("10.20.0.0/24").value()}}},
            .templates = {{launch_template, {.instance_type = "t3.medium", .subnet = "subnet-a"}}},
            .capacity = {{{"t3.medium", zone()}, 100}, {{"t3.large", zone()}, 100}},
            .shutdown = Duration(0),
        }
    );
};

template <class Ground>
LaunchOrder order(const Ground& ground, const std::string& token, CloudTags tags = {}) {
    tags.emplace("ducksnest:homelab", "duck");
    return {
        .token = token,
        .launch_template = launch_template,
        .subnet = ground.subnet,
        .tags = std::move(tags),
    };
}

std::vector<std::string> ids(const CloudResult<std::vector<Instance>>& found) {
    REQUIRE_MESSAGE(found, describe(found.error().error));
    std::vector<std::string> list;
    for (const Instance& instance : *found) {
        list.push_back(instance.id);
    }
    return list;
}

Instance launched(Cloud& cloud, const LaunchOrder& what) {
    CloudResult<Instance> made = cloud.run(what);
    REQUIRE_MESSAGE(made, describe(made.error().error));
    return *made;
}

std::string_view trouble(Cloud& cloud, const LaunchOrder& what) {
    const CloudResult<Instance> made = cloud.run(what);
    return made ? "none" : to_string(made.error().trouble);
}

} // namespace

#define EVERY_CLOUD OnMoto, InMemory

TEST_CASE_TEMPLATE("every cloud: an order becomes one machine, as it was ordered", T, EVERY_CLOUD) {
    T ground;
    LaunchOrder first = order(ground, "standby-1.1", {{"ducksnest:slot", "standby-1"}});
    first.instance_type = "t3.large";
    first.address = ground.address;
    const Instance made = launched(*ground.cloud, first);
    CHECK(made.id.starts_with("i-"));
    CHECK(made.is_alive());
    CHECK(made.type == "t3.large");
    CHECK(made.subnet == ground.subnet);
    CHECK(made.zone == ground.zone());
    CHECK(made.address == ground.address);
    CHECK(made.token == "standby-1.1");
    CHECK(made.tags == first.tags);
    CHECK(std::chrono::abs(made.launched - io::SystemClock().now()) < Duration(60'000));
    CHECK(launched(*ground.cloud, first).id == made.id);
    const auto seen = ground.cloud->describe({.ids = {made.id}});
    REQUIRE(ids(seen) == std::vector{made.id});
    CHECK(seen->front().tags == first.tags);
    CHECK(seen->front().address == ground.address);
    // What the order leaves open comes from the template.
    const Instance other = launched(*ground.cloud, order(ground, "standby-2.1"));
    CHECK(other.type == "t3.medium");
    CHECK(other.id != made.id);
    CHECK(ids(ground.cloud->describe({})).size() == 2);
}

TEST_CASE_TEMPLATE("every cloud: a token stands for one order and one machine", T, EVERY_CLOUD) {
    T ground;
    const LaunchOrder first = order(ground, "standby-1.1");
    const Instance made = launched(*ground.cloud, first);
    LaunchOrder larger = first;
    larger.instance_type = "t3.large";
    CHECK(trouble(*ground.cloud, larger) == "token-differs");
    CHECK(ids(ground.cloud->describe({})) == std::vector{made.id});
    REQUIRE(ground.cloud->terminate({made.id}));
    CHECK(trouble(*ground.cloud, first) == "token-spent");
    CHECK(trouble(*ground.cloud, order(ground, "")) == "invalid");
    CHECK(trouble(*ground.cloud, order(ground, std::string(65, 'a'))) == "invalid");
    CHECK(trouble(*ground.cloud, order(ground, "two words")) == "invalid");

    std::vector<std::string> answers(8);
    std::vector<std::jthread> callers;
    callers.reserve(answers.size());
    for (std::string& answer : answers) {
        callers.emplace_back([&] {
            const auto mine = ground.cloud->run(order(ground, "standby-1.2"));
            answer = mine ? mine->id : describe(mine.error().error);
        });
    }
    callers.clear();
    CHECK(std::set<std::string>(answers.begin(), answers.end()).size() == 1);
    CHECK(answers.front().starts_with("i-"));
}

TEST_CASE_TEMPLATE("every cloud: machines are found by tag, state and id", T, EVERY_CLOUD) {
    T ground;
    std::vector<std::string> slots;
    for (int number = 1; number <= 7; ++number) {
        slots.push_back(launched(
                            *ground.cloud,
                            order(
                                ground,
                                fmt::format("standby-{}.1", number),
                                {{"ducksnest:slot", fmt::format("standby-{}", number)}}
                            )
        ).id);
    }
    LaunchOrder foreign = order(ground, "other");
    foreign.tags = {{"ducksnest:homelab", "goose"}};
    const std::string goose = launched(*ground.cloud, foreign).id;
    const std::string gone = slots.back();
    REQUIRE(ground.cloud->terminate({gone}));
    std::ranges::sort(slots);
    CHECK(ids(ground.cloud->describe({.tags = {{"ducksnest:homelab", "duck"}}})) == slots);
    CHECK(
        ids(ground.cloud->describe({.tags = {{"ducksnest:homelab", "goose"}}})) ==
        std::vector{goose}
    );
    CHECK(
        ids(ground.cloud->describe(
            {.tags = {{"ducksnest:homelab", "duck"}, {"ducksnest:slot", "standby-7"}}}
        )) == std::vector{gone}
    );
    CHECK(
        ids(ground.cloud->describe({.states = {InstanceState::terminated}})) == std::vector{gone}
    );
    CHECK(
        ids(ground.cloud->describe({.states = {InstanceState::pending, InstanceState::running}})
        ).size() == 7
    );
    CHECK(ids(ground.cloud->describe({.tags = {{"ducksnest:homelab", "swan"}}})).empty());
    CHECK(
        ids(ground.cloud->describe({.ids = {"i-0123456789abcdef0", goose}})) == std::vector{goose}
    );
}

TEST_CASE_TEMPLATE("every cloud: ending a machine can be repeated", T, EVERY_CLOUD) {
    T ground;
    const std::string id = launched(*ground.cloud, order(ground, "standby-1.1")).id;
    const std::string unknown = "i-0123456789abcdef0";
    CHECK(ground.cloud->terminate({unknown, id}).value() == std::vector{id});
    CHECK(ground.cloud->terminate({id}).value() == std::vector{id});
    CHECK(ground.cloud->terminate({unknown}).value().empty());
    CHECK(ground.cloud->terminate({}).value().empty());
    const auto seen = ground.cloud->describe({.ids = {id}});
    REQUIRE(ids(seen).size() == 1);
    CHECK_FALSE(seen->front().is_alive());
}

TEST_CASE_TEMPLATE("every cloud: what does not exist cannot be ordered", T, EVERY_CLOUD) {
    T ground;
    LaunchOrder wrong = order(ground, "standby-1.1");
    wrong.launch_template = "no-such-template";
    CHECK(trouble(*ground.cloud, wrong) == "invalid");
    wrong = order(ground, "standby-1.1");
    wrong.subnet = "subnet-0123456789abcdef0";
    CHECK(trouble(*ground.cloud, wrong) == "invalid");
    CHECK(ids(ground.cloud->describe({})).empty());
    const auto offerings = ground.cloud->offerings({"t3.medium"});
    REQUIRE(offerings);
    CHECK(
        std::ranges::count(
            *offerings, InstanceOffering{.type = "t3.medium", .zone = ground.zone()}
        ) == 1
    );
    CHECK(std::ranges::is_sorted(*offerings));
    CHECK(ground.cloud->offerings({"z9.huge"}).value().empty());
}
