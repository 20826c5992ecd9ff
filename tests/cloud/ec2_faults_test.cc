#include "base/prng.h"
#include "ec2_ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

/// What goes wrong between EC2 and us: real calls to moto through a proxy that damages.
using namespace ducksnest;
using namespace ducksnest::testing;
using Kind = Fault::Kind;

TEST_CASE("a launch outlives every passing fault, and is one machine") {
    for (const Fault& fault : passing_faults_of_ec2()) {
        for (const int times : {1, 3}) {
            CAPTURE(static_cast<int>(fault.kind));
            CAPTURE(fault.status);
            CAPTURE(times);
            Ec2Ground ground(first(times, fault));
            const LaunchOrder order = Ec2Ground::new_order();
            const CloudResult<Instance> made = ground.cloud().run(order);
            REQUIRE_MESSAGE(made, describe(made.error().error));
            CHECK(ground.count(order) == 1);
            CHECK(ground.direct().run(order)->id == made->id);
            CHECK(ground.proxy().requests() == static_cast<std::uint64_t>(times) + 1);
        }
    }
}

TEST_CASE("every other call outlives every passing fault") {
    for (const Fault& fault : passing_faults_of_ec2()) {
        CAPTURE(static_cast<int>(fault.kind));
        CAPTURE(fault.status);
        Ec2Ground calm(first(0, {}));
        const LaunchOrder order = Ec2Ground::new_order();
        const std::string id = calm.direct().run(order)->id;
        CHECK(Ec2Ground(first(2, fault)).cloud().describe({.ids = {id}})->size() == 1);
        CHECK(Ec2Ground(first(2, fault)).cloud().offerings({"t3.medium"})->empty() == false);
        CHECK(Ec2Ground(first(2, fault)).cloud().terminate({id}).value() == std::vector{id});
        CHECK_FALSE(calm.direct().describe({.ids = {id}})->front().is_alive());
    }
}

TEST_CASE("a storm of faults and callers leaves one machine per token") {
    std::mutex mutex;
    Prng prng(20);
    const std::vector<Fault> faults = passing_faults_of_ec2();
    Ec2Ground ground([&](const ProxiedRequest& /*request*/) {
        const std::scoped_lock lock(mutex);
        return prng.below(3) == 0 ? Fault{} : faults[prng.below(faults.size())];
    });
    std::vector<LaunchOrder> orders(12);
    std::ranges::generate(orders, Ec2Ground::new_order);
    std::map<std::string, std::set<std::string>> answers;
    std::atomic<int> surprises = 0;
    const auto caller = [&] {
        for (const LaunchOrder& order : orders) {
            CloudResult<Instance> made = ground.cloud().run(order);
            while (!made) {
                // What a controller does that does not know whether it was done.
                const CloudTrouble trouble = made.error().trouble;
                const bool is_passing =
                    trouble == CloudTrouble::unknown || trouble == CloudTrouble::throttled;
                surprises += is_passing ? 0 : 1;
                made = ground.cloud().run(order);
            }
            const std::scoped_lock lock(mutex);
            answers[order.token].insert(made->id);
        }
    };
    {
        const std::jthread one(caller);
        const std::jthread two(caller);
    }
    CHECK(surprises == 0);
    for (const LaunchOrder& order : orders) {
        CHECK(answers[order.token].size() == 1);
        CHECK(ground.count(order) == 1);
    }
    CHECK(ground.proxy().requests() > 2 * orders.size());
}

TEST_CASE("a page after another brings every machine once") {
    Ec2Ground ground(first(0, {}));
    std::vector<std::string> made;
    const std::string label = Ec2Ground::new_order().token;
    for (int i = 0; i < 12; ++i) {
        LaunchOrder order = Ec2Ground::new_order();
        order.tags = {{"label", label}};
        made.push_back(ground.direct().run(order)->id);
    }
    std::ranges::sort(made);
    aws::Ec2Cloud paged(
        {.region = moto_region, .endpoint = ground.proxy().url(), .page_size = 5}, ground.doors()
    );
    const auto found = paged.describe({.tags = {{"label", label}}});
    REQUIRE(found);
    CHECK(found->size() == 12);
    CHECK(std::ranges::equal(*found, made, {}, &Instance::id));
    CHECK(ground.proxy().requests() == 3);
}

namespace {

/// What a caller hears when every request goes wrong like this.
struct Verdict {
    std::string trouble{};
    std::string code{};
    std::uint64_t requests = 0;
};

Verdict verdict(const Fault& fault) {
    Ec2Ground ground([&](const ProxiedRequest& /*request*/) { return fault; });
    const CloudResult<Instance> made = ground.cloud().run(Ec2Ground::new_order());
    REQUIRE_FALSE(made);
    return {
        .trouble = std::string(to_string(made.error().trouble)),
        .code = std::string(to_string(made.error().error.code)),
        .requests = ground.proxy().requests(),
    };
}

} // namespace

TEST_CASE("what does not pass is told apart, and asked again only where that may help") {
    const auto check = [](const Fault& fault, const char* trouble, std::uint64_t requests) {
        const Verdict found = verdict(fault);
        CAPTURE(fault.body);
        CHECK(found.trouble == trouble);
        CHECK(found.requests == requests);
    };
    check(ec2_error(500, "InsufficientInstanceCapacity"), "no-capacity", 1);
    check(ec2_error(400, "InsufficientFreeAddressesInSubnet"), "no-capacity", 1);
    check(ec2_error(400, "Unsupported"), "not-offered", 1);
    check(ec2_error(400, "VcpuLimitExceeded"), "quota", 1);
    check(ec2_error(400, "InstanceLimitExceeded"), "quota", 1);
    check(ec2_error(400, "InvalidIPAddress.InUse"), "address-in-use", 1);
    check(ec2_error(400, "IdempotentParameterMismatch"), "token-differs", 1);
    check(ec2_error(400, "IdempotentInstanceTerminated"), "token-spent", 1);
    check(ec2_error(403, "UnauthorizedOperation"), "denied", 1);
    check(ec2_error(401, "AuthFailure"), "denied", 2);
    check(ec2_error(400, "InvalidParameterValue"), "invalid", 1);
    check(ec2_error(503, "RequestLimitExceeded"), "throttled", 9);
    check(ec2_error(500, "InternalError"), "unknown", 9);
    check({.kind = Kind::lost_reply}, "unknown", 9);
    check({.kind = Kind::answer, .status = 200, .body = "not XML"}, "unknown", 1);
    check({.kind = Kind::answer, .status = 200, .body = "<OtherResponse/>"}, "unknown", 1);
}

TEST_CASE("after a lost answer only an answer about the order itself is certain") {
    const auto then = [](const Fault& second) {
        auto count = std::make_shared<std::atomic<int>>(0);
        Ec2Ground ground([=](const ProxiedRequest& /*request*/) {
            return count->fetch_add(1) == 0 ? Fault{.kind = Kind::reset_request} : second;
        });
        const CloudResult<Instance> made = ground.cloud().run(Ec2Ground::new_order());
        REQUIRE_FALSE(made);
        return std::string(to_string(made.error().trouble));
    };
    CHECK(then(ec2_error(500, "InsufficientInstanceCapacity")) == "no-capacity");
    CHECK(then(ec2_error(403, "UnauthorizedOperation")) == "unknown");
    CHECK(then(ec2_error(400, "InvalidParameterValue")) == "unknown");
}

TEST_CASE("an error of EC2 names call, order, region, cause and help") {
    Ec2Ground ground([](const ProxiedRequest&) { return ec2_error(400, "VcpuLimitExceeded"); });
    LaunchOrder order = Ec2Ground::new_order();
    order.token = "standby-1.7";
    const CloudError error = ground.cloud().run(order).error();
    CHECK(
        describe(error.error) == "ec2 RunInstances `standby-1.7` in ap-northeast-2 failed: "
                                 "400 VcpuLimitExceeded: as asked for"
    );
    CHECK(
        error.error.help ==
        "ask AWS for a higher limit under Service Quotas, or end what is not needed"
    );
}

TEST_CASE("a stop ends the waiting between attempts") {
    Ec2Ground ground([](const ProxiedRequest&) { return Fault{.kind = Kind::lost_reply}; });
    std::stop_source source;
    aws::Ec2Cloud patient(
        {.region = moto_region,
         .endpoint = ground.proxy().url(),
         .retry = {.base = Duration(60'000), .cap = Duration(60'000)},
         .stop = source.get_token()},
        ground.doors()
    );
    const std::jthread stopper([&] {
        while (ground.proxy().requests() == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        source.request_stop();
    });
    const CloudResult<Instance> made = patient.run(Ec2Ground::new_order());
    REQUIRE_FALSE(made);
    CHECK(to_string(made.error().trouble) == "interrupted");
}
