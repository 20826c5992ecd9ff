#include "plan/cloud.h"
#include "plan/cost.h"
#include "plan/plan.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::plan;

namespace {

net::Cidr cidr(std::string_view text) {
    return *net::parse_cidr(text);
}

net::Address address(std::string_view text) {
    return *net::parse_address(text);
}

Cloud owners_cloud() {
    return *make_plan(testing::owners_homelab()).cloud;
}

} // namespace

TEST_CASE("cloud: the site's network is halved into two subnets") {
    const auto subnets = halves(cidr("10.20.0.0/16"));
    CHECK(subnets[0].name == "a");
    CHECK(net::to_string(subnets[0].cidr) == "10.20.0.0/17");
    CHECK(subnets[1].name == "b");
    CHECK(net::to_string(subnets[1].cidr) == "10.20.128.0/17");
    CHECK(net::to_string(halves(cidr("10.20.0.32/27"))[1].cidr) == "10.20.0.48/28");
}

TEST_CASE("cloud: AWS keeps five addresses in each half") {
    const net::Cidr network = cidr("10.20.0.0/16");
    for (const char* kept :
         {"10.20.0.0", "10.20.0.3", "10.20.127.255", "10.20.128.0", "10.20.128.3", "10.20.255.255"
         }) {
        CAPTURE(kept);
        CHECK(is_kept_by_aws(network, address(kept)));
    }
    for (const char* free :
         {"10.20.0.4", "10.20.127.254", "10.20.128.4", "10.20.1.10", "10.21.0.0"}) {
        CAPTURE(free);
        CHECK_FALSE(is_kept_by_aws(network, address(free)));
    }
}

TEST_CASE("cloud: instances are the nodes of the AWS site, in the subnet of their address") {
    model::Homelab homelab = testing::owners_homelab();
    testing::add_node(
        homelab,
        {.name = "cloudy",
         .site = "aws",
         .cpus = 2,
         .memory = 4096,
         .disk = 30 * 1024 + 1,
         .address = "10.20.200.7"}
    );
    testing::node(homelab, "cloudy").instance = {.value = "t4g.medium", .span = {}};
    const Cloud cloud = *make_plan(homelab).cloud;
    REQUIRE(cloud.instances.size() == 2);
    CHECK(cloud.instances[0].name == "cloudy");
    CHECK(cloud.instances[0].role == model::Role::worker);
    CHECK(cloud.instances[0].subnet == "b");
    CHECK(cloud.instances[0].architecture == model::Architecture::arm64);
    CHECK(cloud.instances[0].root_gib == 31);
    CHECK(cloud.instances[1].name == "control-plane");
    CHECK(cloud.instances[1].subnet == "a");
    CHECK(cloud.instances[1].root_gib == 40);
}

TEST_CASE("cloud: slots take the zones in turn and end with max_replacements") {
    const Cloud cloud = owners_cloud();
    REQUIRE(cloud.slots.size() == 2);
    CHECK(cloud.slots[0].name == "standby-1");
    CHECK(cloud.slots[0].subnet == "a");
    CHECK(cloud.slots[1].name == "standby-2");
    CHECK(cloud.slots[1].subnet == "b");
    CHECK(cloud.offers == std::vector<std::string>{"t3.medium", "t3a.medium"});
}

TEST_CASE("cloud: S3 expires what nobody else does") {
    const Cloud cloud = owners_cloud();
    REQUIRE(cloud.buckets.size() == 3);
    CHECK(cloud.buckets[0].purpose == BucketPurpose::backups);
    CHECK_FALSE(cloud.buckets[0].expire_days);
    CHECK(cloud.buckets[0].noncurrent_days == 30);
    CHECK(cloud.buckets[1].purpose == BucketPurpose::cache);
    CHECK_FALSE(cloud.buckets[1].expire_days);
    CHECK(cloud.buckets[2].purpose == BucketPurpose::logs);
    CHECK(cloud.buckets[2].expire_days == 90);
}

TEST_CASE("cloud: the limit pays for what runs and for what may be rented") {
    model::Homelab homelab = testing::owners_homelab();
    const auto limit = [&] { return make_plan(homelab).cloud->monthly_limit_usd; };
    const Cost cost = estimate_cost(homelab, owners_cloud());
    REQUIRE(cost.is_complete);
    // A quarter more than the bill, and 20 USD for replacements, in whole dollars.
    CHECK(limit() == (cost.monthly * 5 / 4 + 20'000'000 + 999'999) / 1'000'000);
    const std::int64_t with_replacements = limit();
    homelab.dr.reset();
    CHECK(limit() <= with_replacements - 20);
    CHECK(make_plan(homelab).cloud->slots.empty());
    // Where no prices are known a machine counts as a dear one: 0.20 USD/h x 730 h.
    homelab.sites[0].region = {.value = "xx-nowhere-1", .span = {}};
    const Cost known = estimate_cost(homelab, make_plan(homelab).cloud);
    REQUIRE_FALSE(known.is_complete);
    CHECK(limit() == ((known.monthly + 146'000'000) * 5 / 4 + 999'999) / 1'000'000);
}

TEST_CASE("cloud: the state bucket is the owner's choice") {
    CHECK(owners_cloud().state.bucket == "ducksnest-terraform-state");
    CHECK(owners_cloud().state.key == "ducksnest/terraform.tfstate");
    model::Homelab homelab = testing::owners_homelab();
    homelab.sites[0].state_bucket = {.value = "elsewhere", .span = {}};
    CHECK(make_plan(homelab).cloud->state.bucket == "elsewhere");
}

TEST_CASE("cloud: only a homelab with an AWS site has one") {
    model::Homelab homelab = testing::owners_homelab();
    homelab.sites.erase(homelab.sites.begin());
    homelab.dr.reset();
    testing::erase_node(homelab, "control-plane");
    testing::node(homelab, "firebat").role = {.value = model::Role::control_plane, .span = {}};
    CHECK_FALSE(make_plan(homelab).cloud);
}

TEST_CASE("cloud: repositories on github.com are known by all their addresses") {
    for (const char* url :
         {"https://github.com/example/nest",
          "https://github.com/example/nest.git",
          "https://github.com/example/nest/",
          "ssh://git@github.com/example/nest.git",
          "git@github.com:example/nest.git"}) {
        CAPTURE(url);
        CHECK(github_repository(url) == "example/nest");
    }
    for (const char* url :
         {"https://gitlab.com/example/nest",
          "https://github.com/example",
          "https://github.com/example/nest/tree",
          "https://github.com.evil.example/example/nest",
          "https://github.com/*/nest",
          "https://github.com//nest"}) {
        CAPTURE(url);
        CHECK_FALSE(github_repository(url));
    }
}

TEST_CASE("cloud: planned addresses are none that AWS keeps") {
    model::Homelab homelab = testing::owners_homelab();
    homelab.sites[0].cidr = {.value = cidr("10.20.0.0/26"), .span = {}};
    testing::node(homelab, "control-plane").address = {};
    for (int i = 0; i < 53; ++i) {
        testing::add_node(
            homelab, {.name = "cloudy-" + std::to_string(i), .site = "aws", .memory = 4096}
        );
    }
    const Cloud cloud = *make_plan(homelab).cloud;
    CHECK(cloud.instances.size() == 54);
    for (const CloudInstance& instance : cloud.instances) {
        CAPTURE(net::to_string(instance.address));
        CHECK_FALSE(is_kept_by_aws(cloud.network, instance.address));
    }
}
