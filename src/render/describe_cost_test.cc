#include "base/json.h"
#include "plan/plan.h"
#include "plan/testing/homelabs.h"
#include "render/describe_cost.h"

#include <doctest/doctest.h>

namespace ducksnest::render {
namespace {

plan::Cost owners_cost() {
    return plan::make_plan(plan::testing::owners_homelab()).cost;
}

TEST_CASE("cost text: a line for each item, the sum, the outage, and where prices are from") {
    const std::string text = describe(owners_cost(), {.colour = false, .width = 100});
    CHECK(text.starts_with("WHAT "));
    CHECK(text.contains("\ninstance control-plane "));
    CHECK(text.contains(" 37.96 "));
    CHECK(text.contains(" USD a month\nin an outage: 0.1215 USD an hour while every replacement "
                        "runs"));
    CHECK(text.contains("\nap-northeast-2: prices of 2026-10-01\nAWS Price List, https://"));
    CHECK_FALSE(text.contains("at least"));
}

TEST_CASE("cost text: what is unknown is shown so, and the sum says that it is not whole") {
    model::Homelab homelab = plan::testing::owners_homelab();
    for (model::Site& site : homelab.sites) {
        if (site.region) {
            site.region->value = "sa-east-1";
        }
    }
    const plan::Cost cost = plan::make_plan(homelab).cost;
    const std::string text = describe(cost, {});
    CHECK(text.contains("t3.medium, 730 h, no price known in sa-east-1"));
    CHECK(text.contains("\nat least 6.05 USD a month\n"));
    CHECK(text.contains("sa-east-1: no prices known, so its costs are not in the sum\n"));
    const Json json = Json::parse(render_cost_json(cost)).value();
    CHECK(*json.find("complete") == Json(false));
    CHECK(json.find("prices")->as_array()->front().find("as_of")->is_null());
    CHECK(json.find("items")->as_array()->front().find("microdollars_per_month")->is_null());
}

TEST_CASE("cost text: a homelab that rents nothing says that") {
    CHECK(describe(plan::Cost{}, {}) == "nothing is rented: there is no AWS site\n");
}

TEST_CASE("cost json: amounts are integers and the schema comes first") {
    const std::string text = render_cost_json(owners_cost());
    CHECK(text.starts_with("{\n  \"schema\": \"ducksnest.cost/1\",\n"));
    const Json json = Json::parse(text).value();
    CHECK(*json.find("microdollars_per_month") == Json(owners_cost().monthly));
    CHECK(*json.find("emergency")->find("microdollars_per_month_max") == Json(20'000'000));
}

TEST_CASE("cost text: cents are rounded, not cut") {
    CHECK(cents_text(0) == "0.00");
    CHECK(cents_text(4'999) == "0.00");
    CHECK(cents_text(5'000) == "0.01");
    CHECK(cents_text(1'999'999) == "2.00");
    CHECK(hourly_text(121'495) == "0.1215");
}

} // namespace
} // namespace ducksnest::render
