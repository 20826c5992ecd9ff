#include "pki/certs.h"
#include "pki/paths.h"
#include "pki/store.h"
#include "pki/testing/trust_ground.h"
#include "pki/trust_matrix.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

TEST_CASE("rotating an authority never breaks a connection, node by node") {
    TrustGround ground(2);
    ground.plan.readers = {{.node = "worker1", .unit = "balancer.service"}};
    const std::vector<Authority> all(all_authorities.begin(), all_authorities.end());
    Tree tree = ground.fresh();
    const Tree first = tree;
    std::vector<std::string> phases;
    for (int step = 0; step < 3; ++step) {
        const Outcome outcome = rotate_step(ground.request(tree), all, ground.tools()).value();
        tree = outcome.tree;
        const Store store = read_store(tree, ground.serial).value();
        CHECK(store.problems.empty());
        phases.emplace_back(to_string(store.index.find(Authority::cluster)->phase()));
        CHECK(is_rotating(tree, all).value() == (step < 2));
        CHECK(renew(ground.request(tree), ground.tools()).value().changes.empty());
        if (step != 1) {
            // Only who trusts whom has changed: those who check certificates load the bundle.
            CHECK(outcome.restarts.at("control").contains("apiserver.service"));
            CHECK(outcome.restarts.at("worker1").contains("balancer.service"));
            CHECK(tree.at("service-account.pub") == first.at("service-account.pub"));
        }
    }
    CHECK(phases == std::vector<std::string>{"trusting both", "reissued", "stable"});
    CHECK(!tree.contains("authorities/cluster.previous.crt"));
    CHECK(!tree.contains("authorities/cluster.next.crt"));
    for (const auto& [path, file] : first) {
        const bool stays =
            path.starts_with("service-account") || path.starts_with("encryption-key");
        CHECK((tree.at(path) == file) == stays);
    }
}

TEST_CASE("skipping a phase would break connections, and is noticed") {
    TrustGround ground(1);
    const std::vector<Authority> all(all_authorities.begin(), all_authorities.end());
    const Tree old = ground.fresh();
    const Tree both = rotate_step(ground.request(old), all, ground.tools()).value().tree;
    const Tree fresh = rotate_step(ground.request(both), all, ground.tools()).value().tree;
    const Result<void> skipped = check_transition(
        ground.request(old),
        read_store(old, ground.serial).value(),
        read_store(fresh, ground.serial).value(),
        ground.serial
    );
    CHECK(
        skipped.error().message ==
        "`nodes/control/apiserver-etcd-client` could not reach `nodes/control/etcd-server` during "
        "this step: the client refuses the server's certificate: unable to get local issuer "
        "certificate"
    );
}
