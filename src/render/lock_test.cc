#include "plan/testing/homelabs.h"
#include "render/lock.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ducksnest::render {
namespace {

namespace testing = plan::testing;

Json parsed(const std::string& lock) {
    Result<Json> json = Json::parse(lock);
    REQUIRE(json.has_value());
    return *std::move(json);
}

TEST_CASE("lock: canonical JSON with the schema first") {
    const std::string lock = render_lock(plan::make_plan(testing::owners_homelab()));
    const std::string leading = "{\n  \"schema\": \"ducksnest.lock/1\",\n";
    REQUIRE(lock.starts_with(leading));
    Json json = parsed(lock);
    json.erase("schema");
    CHECK(lock == leading + json.dump_pretty().substr(2));
}

TEST_CASE("lock: the same homelab gives the same bytes, whatever the order of its lists") {
    const std::string lock = render_lock(plan::make_plan(testing::owners_homelab()));
    CHECK(render_lock(plan::make_plan(testing::owners_homelab())) == lock);
}

TEST_CASE("lock: a reader that joins profile and node has every unit of the plan") {
    const plan::Plan plan = plan::make_plan(testing::three_control_planes());
    const Json lock = parsed(render_lock(plan));
    for (const plan::NodePlan& node : plan.nodes) {
        const Json& own = *lock.find("nodes")->find(node.name);
        const Json& profile = *lock.find("profiles")->find(*own.find("profile")->as_string());
        std::vector<std::string> order;
        for (const Json& name : *profile.find("start_order")->as_array()) {
            order.push_back(*name.as_string());
            const bool is_own = own.find("units")->find(order.back()) != nullptr;
            const bool is_shared = profile.find("units")->find(order.back()) != nullptr;
            CHECK(is_own != is_shared);
        }
        std::vector<std::string> planned;
        for (const auto& unit : node.units) {
            planned.push_back(unit->name);
        }
        CHECK(order == planned);
        std::set<std::string> files;
        for (const Json* side : {own.find("files"), profile.find("files")}) {
            for (const auto& [path, file] : *side->as_object()) {
                CHECK(files.insert(path).second);
            }
        }
        CHECK(files.size() == node.files.size());
    }
}

TEST_CASE("lock: its size grows with the nodes, each a few kilobytes") {
    model::Homelab homelab = testing::owners_homelab();
    const auto grow = [&](int from, int to) {
        for (int i = from; i < to; ++i) {
            testing::add_node(homelab, {.name = fmt::format("edge-{:03}", i), .site = "aws"});
        }
        return render_lock(plan::make_plan(homelab)).size();
    };
    const std::size_t at_100 = grow(0, 100);
    const std::size_t at_200 = grow(100, 200);
    const std::size_t at_300 = grow(200, 300);
    CHECK(at_300 - at_200 < (at_200 - at_100) * 11 / 10);
    CHECK((at_200 - at_100) / 100 < 12 * 1024);
}

} // namespace
} // namespace ducksnest::render
