#include "model/instances.h"
#include "plan/cost.h"
#include "plan/plan.h"
#include "plan/prices.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

const CostItem& item(const Cost& cost, std::string_view what) {
    const auto at = std::ranges::find(cost.items, what, &CostItem::what);
    REQUIRE(at != cost.items.end());
    return *at;
}

Cost cost_of(const model::Homelab& homelab) {
    return make_plan(homelab).cost;
}

model::Site& cloud_site(model::Homelab& homelab) {
    return *std::ranges::find(homelab.sites, model::Provider::aws, &model::Site::provider);
}

TEST_CASE("prices: sizes of a family cost their share of it") {
    const RegionPrices& virginia = *find_prices("us-east-1");
    // Read off the price list one by one.
    CHECK(instance_hourly(virginia, "t3.nano") == 5'200);
    CHECK(instance_hourly(virginia, "t3.medium") == 41'600);
    CHECK(instance_hourly(virginia, "t3a.xlarge") == 150'400);
    CHECK(instance_hourly(virginia, "m5.4xlarge") == 768'000);
    CHECK(instance_hourly(virginia, "c7a.medium") == 51'320);
    CHECK(instance_hourly(virginia, "c7i-flex.large") == 84'788); // The list says 84 790.
    CHECK(instance_hourly(virginia, "r7a.medium") == 76'075);     // The list says 76 080.
    const RegionPrices& seoul = *find_prices("ap-northeast-2");
    CHECK(instance_hourly(seoul, "t3.medium") == 52'000);
    CHECK(instance_hourly(seoul, "t3a.medium") == 46'800);
    CHECK(instance_hourly(seoul, "t4g.medium") == 41'600);
    CHECK(instance_hourly(seoul, "m7g.large") == 100'300);
    CHECK(instance_hourly(*find_prices("eu-central-1"), "t3.small") == 24'000);
}

TEST_CASE("prices: what nobody has read has no price") {
    CHECK(find_prices("sa-east-1") == nullptr);
    CHECK_FALSE(instance_hourly(*find_prices("ap-northeast-2"), "r5.large").has_value());
    CHECK_FALSE(instance_hourly(*find_prices("ap-northeast-2"), "t3.metal").has_value());
    CHECK_FALSE(instance_hourly(*find_prices("ap-northeast-2"), "t3").has_value());
    CHECK_FALSE(instance_hourly(*find_prices("ap-northeast-2"), "").has_value());
}

TEST_CASE("prices: every type that homelab.toml takes is known where the list was read whole") {
    for (const std::string& name : model::instance_names()) {
        CAPTURE(name);
        CHECK(instance_hourly(*find_prices("us-east-1"), name).has_value());
    }
    CHECK(std::ranges::is_sorted(priced_regions(), {}, &RegionPrices::region));
}

TEST_CASE("cost: the owner's homelab, item by item") {
    const Cost cost = cost_of(testing::owners_homelab());
    CHECK(item(cost, "instance control-plane").monthly == 37'960'000);
    CHECK(item(cost, "instance control-plane").basis == "t3.medium, 730 h x 0.052 USD");
    CHECK(item(cost, "disk of control-plane").monthly == 3'648'000);
    CHECK(item(cost, "disk of control-plane").basis == "gp3, 40 GB x 0.0912 USD");
    CHECK(item(cost, "address of control-plane").monthly == 3'650'000);
    // 4 nodes, one write and one read in 30 s: 350.4 thousand of each.
    CHECK(item(cost, "heartbeats in S3").monthly == 1'576'800 + 122'640);
    // Control plane and two slots, two each.
    CHECK(item(cost, "secrets").basis.starts_with("Secrets Manager, 6 secrets"));
    CHECK(item(cost, "secrets").monthly == 6 * 400'000);
    CHECK(item(cost, "traffic to the internet").monthly == 0);
    CHECK(cost.is_complete);
    model::MicroUsd sum = 0;
    for (const CostItem& each : cost.items) {
        sum += *each.monthly;
    }
    CHECK(cost.monthly == sum);
    CHECK(cost.readings == std::vector<PriceReading>{{"ap-northeast-2", "2026-10-01"}});
    CHECK(cost.notes.empty());
}

TEST_CASE("cost: an outage costs every replacement with its disk and its address") {
    const Cost cost = cost_of(testing::owners_homelab());
    REQUIRE(cost.emergency.has_value());
    CHECK(cost.emergency->machines == 2);
    CHECK(cost.emergency->instance == "t3.medium");
    // 2 x (0.052 + 0.005) and 60 GB of gp3 for one of 730 hours.
    CHECK(cost.emergency->hourly == 114'000 + 60 * 91'200 / 730);
    CHECK(cost.emergency->monthly_max == 20'000'000);
    CHECK(cost.emergency->is_complete);
}

TEST_CASE("cost: a region without prices is told, and no price is taken from another") {
    model::Homelab homelab = testing::owners_homelab();
    cloud_site(homelab).region->value = "sa-east-1";
    const Cost cost = cost_of(homelab);
    CHECK_FALSE(cost.is_complete);
    CHECK_FALSE(item(cost, "instance control-plane").monthly.has_value());
    CHECK(
        item(cost, "instance control-plane").basis ==
        "t3.medium, 730 h, no price known in sa-east-1"
    );
    CHECK_FALSE(item(cost, "disk of control-plane").monthly.has_value());
    CHECK_FALSE(item(cost, "heartbeats in S3").monthly.has_value());
    // These cost the same everywhere.
    CHECK(item(cost, "address of control-plane").monthly == 3'650'000);
    CHECK(cost.monthly == 3'650'000 + 6 * 400'000);
    CHECK_FALSE(cost.emergency->is_complete);
    CHECK(cost.readings == std::vector<PriceReading>{{"sa-east-1", ""}});
}

TEST_CASE("cost: a type without a price in a region that has others") {
    model::Homelab homelab = testing::owners_homelab();
    testing::node(homelab, "control-plane").instance->value = "r5.large";
    const Cost cost = cost_of(homelab);
    CHECK_FALSE(cost.is_complete);
    CHECK_FALSE(item(cost, "instance control-plane").monthly.has_value());
    CHECK(item(cost, "disk of control-plane").monthly.has_value());
}

TEST_CASE("cost: an offer far from the list is pointed out") {
    model::Homelab homelab = testing::owners_homelab();
    homelab.dr->offers[0].hourly.value = 25'000;
    CHECK(
        cost_of(homelab).notes ==
        std::vector<std::string>{"the offer `t3.medium` says 0.025 USD an hour, the price list "
                                 "of ap-northeast-2 has 0.052 USD"}
    );
    homelab.dr->offers[0].hourly.value = 53'000; // Within five percent.
    CHECK(cost_of(homelab).notes.empty());
}

TEST_CASE("cost: without an AWS site nothing is rented") {
    CHECK(estimate_cost(testing::owners_homelab(), std::nullopt) == Cost{});
}

TEST_CASE("cost: without heartbeats as witness nobody pays for them") {
    model::Homelab homelab = testing::owners_homelab();
    homelab.dr->witnesses.pop_back();
    const Cost cost = cost_of(homelab);
    CHECK(std::ranges::find(cost.items, "heartbeats in S3", &CostItem::what) == cost.items.end());
}

TEST_CASE("cost: amounts have as few digits as they need") {
    CHECK(usd_text(0) == "0.00");
    CHECK(usd_text(400'000) == "0.40");
    CHECK(usd_text(52'000) == "0.052");
    CHECK(usd_text(5'000) == "0.005");
    CHECK(usd_text(37'960'000) == "37.96");
    CHECK(usd_text(1) == "0.000001");
}

} // namespace
} // namespace ducksnest::plan
