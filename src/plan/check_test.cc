#include "plan/check.h"
#include "plan/testing/homelabs.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

using testing::owners_homelab;

/// "E0501: message" of each, in order.
std::vector<std::string> found(const model::Homelab& homelab) {
    std::vector<std::string> texts;
    for (const diag::Diagnostic& diagnostic : check(homelab)) {
        texts.push_back(diagnostic.code + ": " + diagnostic.message);
    }
    return texts;
}

std::vector<std::string> notes(const model::Homelab& homelab) {
    std::vector<std::string> texts;
    for (const diag::Diagnostic& diagnostic : check(homelab)) {
        for (const diag::Note& note : diagnostic.notes) {
            texts.push_back(note.message);
        }
    }
    return texts;
}

model::App& app(model::Homelab& homelab, std::string_view name) {
    return *std::ranges::find(homelab.apps, name, &model::App::name);
}

TEST_CASE("check: the owner's homelab asks for nothing out of reach") {
    CHECK(found(owners_homelab()).empty());
}

TEST_CASE("check: an app larger than every machine fits nowhere") {
    model::Homelab homelab = owners_homelab();
    app(homelab, "blog").memory.value = 15'000;
    CHECK(found(homelab) == std::vector<std::string>{"E0501: `blog` fits nowhere"});
    CHECK(
        notes(homelab) ==
        std::vector<std::string>{
            "`ultra` has for pods 15872 - 512 system - 512 kubernetes - 256 eviction - 192 "
            "calico-node - 96 log-agent = 14304 MiB and 7650m",
            "`firebat` has for pods 15770 - 512 system - 512 kubernetes - 256 eviction - 192 "
            "calico-node - 96 log-agent = 14202 MiB and 3650m",
            "`control-plane` has for pods 4096 - 320 system - 288 kubernetes - 1152 control plane "
            "- "
            "150 eviction - 160 calico-node - 64 log-agent = 1962 MiB and 1150m, but keeps it "
            "away: "
            "`node-role.kubernetes.io/control-plane`",
        }
    );
}

TEST_CASE("check: an app that only the house can carry does not survive the house") {
    model::Homelab homelab = owners_homelab();
    app(homelab, "portfolio").memory.value = 4000;
    CHECK(
        found(homelab) ==
        std::vector<std::string>{"E0506: `portfolio` fits nowhere after site `home` is lost"}
    );
    const std::vector<std::string> told = notes(homelab);
    REQUIRE(told.size() == 2);
    CHECK(
        told[1] ==
        "2 replacements of `t3.medium` bring 3114 MiB and 1650m each for all that was lost"
    );
}

TEST_CASE("check: replicas are packed together, not each for itself") {
    model::Homelab homelab = owners_homelab();
    app(homelab, "blog").memory.value = 2000;
    CHECK(found(homelab).empty()); // two replicas, two replacements
    app(homelab, "blog").replicas.value = 3;
    CHECK(
        found(homelab) ==
        std::vector<std::string>{"E0506: `blog` fits nowhere after site `home` is lost"}
    );
    homelab.dr->max_replacements.value = 3;
    CHECK(found(homelab).empty());
}

TEST_CASE("check: the smallest offer counts, since the others may be sold out") {
    model::Homelab homelab = owners_homelab();
    app(homelab, "portfolio").memory.value = 4000;
    homelab.dr->offers[0].instance.value = "t3.large";
    CHECK(found(homelab).size() == 1);
    homelab.dr->offers[1].instance.value = "t3a.large";
    CHECK(found(homelab).empty());
}

TEST_CASE("check: a homelab without [dr] is warned, for it promised nothing") {
    model::Homelab homelab = owners_homelab();
    homelab.dr.reset();
    CHECK(
        found(homelab) ==
        std::vector<std::string>{
            "W0507: `blog` fits nowhere after site `home` is lost",
            "W0507: `portfolio` fits nowhere after site `home` is lost",
        }
    );
    CHECK_FALSE(diag::has_errors(check(homelab)));
}

TEST_CASE("check: when the only site is lost there is nothing to ask for") {
    model::Homelab homelab = owners_homelab();
    homelab.dr.reset();
    homelab.database.reset();
    testing::erase_node(homelab, "control-plane");
    CHECK(found(homelab).empty());
}

TEST_CASE("check: rpo and rto that no placement keeps") {
    model::Homelab homelab = owners_homelab();
    homelab.database->rto.value = std::chrono::seconds(20);
    CHECK(
        found(homelab) ==
        std::vector<std::string>{"E0503: no placement of the database keeps an rto of 20s"}
    );
    homelab.database->rto.value = std::chrono::seconds(60);
    homelab.database->memory.value = 2500;
    CHECK(
        found(homelab) ==
        std::vector<std::string>{"E0502: no placement of the database keeps an rpo of 0s"}
    );
    homelab.database->memory.value = 20'000;
    CHECK(found(homelab) == std::vector<std::string>{"E0504: the database fits on no node"});
}

TEST_CASE("check: a site that is full names the node without an address") {
    model::Homelab homelab = owners_homelab();
    homelab.sites[1].cidr.value = *net::parse_cidr("192.168.0.8/29"); // .9 is the gateway
    testing::node(homelab, "old").address.reset();
    testing::add_node(homelab, {.name = "mini", .site = "home", .address = "192.168.0.10"});
    testing::add_node(homelab, {.name = "nano", .site = "home", .address = "192.168.0.13"});
    testing::add_node(homelab, {.name = "pico", .site = "home", .address = "192.168.0.14"});
    CHECK(
        found(homelab) ==
        std::vector<std::string>{"E0505: no address is left for `old` in site `home`"}
    );
}

} // namespace
} // namespace ducksnest::plan
