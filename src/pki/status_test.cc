#include "age/bech32.h"
#include "pki/status.h"
#include "pki/testing/trust_ground.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

namespace {

const StatusRow& row_of(const Status& status, std::string_view name) {
    const auto found = std::ranges::find(status.rows, name, &StatusRow::name);
    REQUIRE(found != status.rows.end());
    return *found;
}

} // namespace

TEST_CASE("status reads owners, readers and days left without any private key") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    ground.operator_identity.clear();
    const Status status = look_at(ground.request(tree), ground.tools()).value();
    CHECK(status.is_good());
    CHECK(status.rows.size() == 3 + ground.plan.certificates.size() + 2);
    CHECK(status.rows.front().name == "authorities/cluster");
    CHECK(status.rows.front().days_left == 3650);
    CHECK(status.rows.front().readers == std::vector<std::string>{"operator duck@desk"});
    const StatusRow& kubelet = row_of(status, "nodes/worker1/kubelet");
    CHECK(kubelet.authority == "cluster 1");
    CHECK(kubelet.owners == std::vector<std::string>{"worker1"});
    CHECK(kubelet.readers == std::vector<std::string>{"worker1", "operator duck@desk"});
    CHECK(kubelet.days_left == 365);
    CHECK(kubelet.units == std::vector<std::string>{"kubelet.service"});
    CHECK(row_of(status, "nodes/worker1/kubelet-serving").names.size() == 3);
    CHECK(!row_of(status, "service-account").not_after.has_value());
    CHECK(*to_json(status).find("ok")->as_bool());
}

TEST_CASE("status warns in time") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    const auto condition = [&](int days) {
        ground.now += std::chrono::days(days);
        const Status status = look_at(ground.request(tree), ground.tools()).value();
        CHECK(
            status.is_good() ==
            (row_of(status, "nodes/worker1/kubelet").condition == Condition::good)
        );
        return std::string(to_string(row_of(status, "nodes/worker1/kubelet").condition)) + " " +
               std::to_string(row_of(status, "nodes/worker1/kubelet").days_left);
    };
    CHECK(condition(334) == "ok 31");
    CHECK(condition(1) == "expiring 30");
    CHECK(condition(30) == "expiring 0");
    CHECK(condition(1) == "expired -1");
}

TEST_CASE("status shows what the plan has changed") {
    TrustGround ground(2);
    const Tree tree = ground.fresh();
    ground.plan.host_keys["worker1"] = age::make_host_key(ground.random, "again").public_line;
    ground.add_worker("worker3");
    std::erase_if(ground.plan.certificates, [](const CertificateSpec& spec) {
        return spec.name == "operators/super-admin";
    });
    ground.plan.edges.clear();
    const Status status = look_at(ground.request(tree), ground.tools()).value();
    CHECK(!status.is_good());
    const StatusRow& kubelet = row_of(status, "nodes/worker1/kubelet");
    CHECK(kubelet.condition == Condition::due);
    CHECK(kubelet.readers.front().starts_with("unknown ssh-ed25519 "));
    CHECK(row_of(status, "nodes/worker3/kubelet").condition == Condition::missing);
    CHECK(status.to_remove == std::vector<std::string>{"operators/super-admin"});
    CHECK(status.warnings.size() == 2);
    CHECK(status.warnings.front().starts_with(
        "`nodes/worker1/kubelet.key.age` can be opened by somebody who is not in the plan: "
        "unknown ssh-ed25519 "
    ));
}

TEST_CASE("status names age recipients by what the index says") {
    TrustGround ground(0);
    // A point of nobody: its private half was never made.
    Bytes point(32);
    ground.random.fill(point);
    ground.plan.operators.push_back(age::encode_bech32("age", point));
    const Tree tree = ground.fresh();
    const Status status = look_at(ground.request(tree), ground.tools()).value();
    CHECK(
        row_of(status, "authorities/etcd").readers ==
        std::vector<std::string>{"operator duck@desk", "operator 2"}
    );
    ground.plan.operators.pop_back();
    const Status later = look_at(ground.request(tree), ground.tools()).value();
    CHECK(
        row_of(later, "authorities/etcd").readers ==
        std::vector<std::string>{"operator duck@desk", "unknown X25519"}
    );
}

TEST_CASE("status reports a damaged folder instead of refusing it") {
    TrustGround ground(1);
    Tree tree = ground.fresh();
    tree["stray"] = {};
    tree["nodes/worker1/kubelet.crt"].bytes.clear();
    const Status status = look_at(ground.request(tree), ground.tools()).value();
    CHECK(status.problems.size() == 2);
    CHECK(status.problems.back().path == "stray");
    CHECK(!*to_json(status).find("ok")->as_bool());
}

TEST_CASE("status shows a rotation that is on its way") {
    TrustGround ground(1);
    const Tree tree =
        rotate_step(ground.request(ground.fresh()), {Authority::etcd}, ground.tools()).value().tree;
    const Status status = look_at(ground.request(tree), ground.tools()).value();
    CHECK(status.phases.size() == 1);
    CHECK(status.phases.front() == std::pair<std::string, std::string>("etcd", "trusting both"));
    CHECK(row_of(status, "authorities/etcd.next").authority == "etcd 2");
}
