#include "base/text.h"
#include "pki/certs.h"
#include "pki/paths.h"
#include "pki/store.h"
#include "pki/testing/trust_ground.h"
#include "pki/trust_matrix.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

namespace {

/// Paths whose bytes differ, and those that only one of the trees has.
std::vector<std::string> differing(const Tree& before, const Tree& after) {
    std::vector<std::string> paths;
    for (const auto& [path, file] : before) {
        const auto found = after.find(path);
        if (found == after.end() || found->second != file) {
            paths.push_back(path);
        }
    }
    for (const auto& [path, file] : after) {
        if (!before.contains(path)) {
            paths.push_back(path);
        }
    }
    std::ranges::sort(paths);
    return paths;
}

using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("recreate makes everything, and a renewal right after changes no byte") {
    TrustGround ground(2);
    const Tree tree = ground.fresh();
    CHECK(tree.contains("authorities/cluster.crt"));
    CHECK(tree.contains("authorities/front-proxy.key.age"));
    CHECK(tree.contains("bundles/etcd.crt"));
    CHECK(tree.contains("nodes/worker2/kubelet.key.age"));
    CHECK(tree.contains("service-account.pub"));
    CHECK(!tree.contains("encryption-key.pub"));
    const Outcome again = renew(ground.request(tree), ground.tools()).value();
    CHECK(again.tree == tree);
    CHECK(again.changes.empty());
    CHECK(again.restarts.empty());
    CHECK(again.warnings.empty());
}

TEST_CASE("one new name changes the two files that carry it, and the index") {
    TrustGround ground(2);
    const Tree before = ground.fresh();
    for (CertificateSpec& spec : ground.plan.certificates) {
        if (spec.name == "nodes/worker1/kubelet-serving") {
            spec.addresses.push_back(net::parse_address("192.168.0.99").value());
        }
    }
    const Outcome after = renew(ground.request(before), ground.tools()).value();
    CHECK(
        differing(before, after.tree) ==
        Paths{
            "index.json",
            "nodes/worker1/kubelet-serving.crt",
            "nodes/worker1/kubelet-serving.key.age",
        }
    );
    CHECK(
        after.changes ==
        std::vector<Change>{
            {ChangeKind::reissued,
             "nodes/worker1/kubelet-serving",
             "its names changed: + `192.168.0.99`"},
        }
    );
    CHECK(after.restarts.size() == 1);
    CHECK(after.restarts.at("worker1") == std::set<std::string>{"kubelet-serving.service"});
}

TEST_CASE("a new node gets its certificates, and nothing else changes") {
    TrustGround ground(1);
    const Tree before = ground.fresh();
    ground.add_worker("worker2");
    const Outcome after = renew(ground.request(before), ground.tools()).value();
    CHECK(
        differing(before, after.tree) ==
        Paths{
            "index.json",
            "nodes/worker2/kubelet-serving.crt",
            "nodes/worker2/kubelet-serving.key.age",
            "nodes/worker2/kubelet.crt",
            "nodes/worker2/kubelet.key.age",
        }
    );
    CHECK(after.changes.front().reason == "new in the plan");
}

TEST_CASE("what left the plan is removed, and needs no identity") {
    TrustGround ground(2);
    const Tree before = ground.fresh();
    ground.drop_worker("worker2");
    ground.operator_identity.clear();
    const Outcome after = renew(ground.request(before), ground.tools()).value();
    CHECK(differing(before, after.tree).size() == 5);
    CHECK(after.changes.size() == 2);
    CHECK(after.changes.front().kind == ChangeKind::removed);
    CHECK(!after.tree.contains("nodes/worker2/kubelet.crt"));
}

TEST_CASE("certificates are renewed in time, and only once") {
    TrustGround ground(1);
    const Tree before = ground.fresh();
    ground.now += std::chrono::days(334);
    CHECK(renew(ground.request(before), ground.tools()).value().changes.empty());
    ground.now += std::chrono::days(1);
    const Outcome due = renew(ground.request(before), ground.tools()).value();
    CHECK(due.changes.size() == ground.plan.certificates.size());
    CHECK(due.changes.front().reason == "expires in 30 days");
    CHECK(due.tree.at("service-account.key.age") == before.at("service-account.key.age"));
    CHECK(due.tree.at("authorities/etcd.crt") == before.at("authorities/etcd.crt"));
    CHECK(renew(ground.request(due.tree), ground.tools()).value().changes.empty());
}

TEST_CASE("no certificate outlives its authority, and renewing settles down") {
    TrustGround ground(0);
    const Tree fresh = ground.fresh();
    ground.now += std::chrono::days(3650 - 20);
    const Outcome late = renew(ground.request(fresh), ground.tools()).value();
    CHECK(late.changes.size() == ground.plan.certificates.size());
    CHECK(
        late.warnings.front() ==
        "authority `cluster` expires in 20 days, and no certificate can outlive it: run "
        "`ducksnest certs rotate-ca`"
    );
    const Store store = read_store(late.tree, ground.serial).value();
    CHECK(
        store.index.certificates.front().not_after ==
        store.index.find(Authority::etcd)->current.not_after
    );
    CHECK(renew(ground.request(late.tree), ground.tools()).value().changes.empty());
}

TEST_CASE("an authority that is over ends what it could have been used for") {
    TrustGround ground(0);
    const Tree fresh = ground.fresh();
    ground.now += std::chrono::days(3650);
    const auto refused = renew(ground.request(fresh), ground.tools());
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(
        refused.error().message == "authority `cluster` expired on " + format_time(ground.now) +
                                       ", and nothing it signs is accepted"
    );
    CHECK(refused.error().help == "make everything new with `ducksnest certs recreate`");
    const auto rotated = rotate_step(ground.request(fresh), {Authority::cluster}, ground.tools());
    REQUIRE(!rotated.has_value());
    CHECK(rotated.error().message == refused.error().message);
    const Tree anew = recreate(ground.request(fresh), ground.tools()).value().tree;
    CHECK(renew(ground.request(anew), ground.tools()).value().changes.empty());
}

TEST_CASE("certificates that are not valid yet are pointed out") {
    TrustGround ground(0);
    const Tree fresh = ground.fresh();
    const Instant begin = ground.now - std::chrono::minutes(5);
    ground.now = begin;
    CHECK(renew(ground.request(fresh), ground.tools()).value().warnings.empty());
    ground.now = begin - std::chrono::seconds(1);
    const Outcome early = renew(ground.request(fresh), ground.tools()).value();
    CHECK(early.changes.empty());
    REQUIRE(early.warnings.size() == 1);
    CHECK(
        early.warnings.front() ==
        count_of(ground.plan.certificates.size(), "certificate") + " will be valid only from " +
            format_time(begin) +
            " on: either this machine's clock is behind, or that of the machine that made them "
            "was ahead; then run `ducksnest certs recreate`"
    );
}

TEST_CASE("a missing file is made again") {
    TrustGround ground(1);
    const Tree before = ground.fresh();
    Tree holed = before;
    holed.erase("nodes/worker1/kubelet.key.age");
    holed.erase("bundles/etcd.crt");
    const Outcome after = renew(ground.request(holed), ground.tools()).value();
    CHECK(
        differing(before, after.tree) ==
        Paths{"index.json", "nodes/worker1/kubelet.crt", "nodes/worker1/kubelet.key.age"}
    );
    CHECK(after.changes.front().reason == "a file of it is missing");
}

TEST_CASE("a reader more encrypts again, a reader less issues anew") {
    TrustGround ground(1);
    const Tree before = ground.fresh();
    const Secret second = ground.add_operator("second@desk");
    const Outcome more = renew(ground.request(before), ground.tools()).value();
    CHECK(more.changes.size() == 3 + 2 + ground.plan.certificates.size());
    for (const Change& change : more.changes) {
        CHECK(change.kind == ChangeKind::resealed);
        CHECK(change.reason == "readable by `operator second@desk` as well");
    }
    CHECK(more.restarts.empty());
    CHECK(more.tree.at("nodes/worker1/kubelet.crt") == before.at("nodes/worker1/kubelet.crt"));
    const std::vector<age::Identity> identity{
        age::Identity::parse_openssh(as_text(second.view())).value()
    };
    CHECK(age::decrypt(more.tree.at("authorities/etcd.key.age").bytes, identity).has_value());

    ground.plan.operators.pop_back();
    const Outcome less = renew(ground.request(more.tree), ground.tools()).value();
    CHECK(less.changes.size() == more.changes.size());
    CHECK(less.tree.at("nodes/worker1/kubelet.crt") != more.tree.at("nodes/worker1/kubelet.crt"));
    CHECK(less.tree.at("service-account.pub") == more.tree.at("service-account.pub"));
    CHECK(!age::decrypt(less.tree.at("authorities/etcd.key.age").bytes, identity).has_value());
    CHECK(less.warnings.size() == 3 + 2);
    CHECK(less.warnings.front().starts_with(
        "the key of authority `cluster` stays the same, and `SHA256:"
    ));
    CHECK(less.warnings.front().ends_with(
        "may have kept it: replace it with `ducksnest certs rotate-ca`"
    ));
}

TEST_CASE("a node with a new host key gets new keys") {
    TrustGround ground(2);
    const Tree before = ground.fresh();
    ground.plan.host_keys["worker1"] = age::make_host_key(ground.random, "again").public_line;
    const Outcome after = renew(ground.request(before), ground.tools()).value();
    CHECK(after.changes.size() == 2);
    CHECK(after.changes.front().reason.ends_with("may no longer open its key"));
    CHECK(differing(before, after.tree).size() == 5);
}

TEST_CASE("opening an authority needs an identity that fits") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    ground.add_worker("worker2");
    ground.operator_identity.clear();
    CHECK(preview_renewal(ground.request(tree), ground.tools()).value().needs_identity);
    const Error none = renew(ground.request(tree), ground.tools()).error();
    CHECK(none.code == ErrorCode::unauthenticated);
    CHECK(
        describe(none) ==
        "opening `secrets/authorities/cluster.key.age` needs an operator's private key"
    );
    CHECK(none.help == "give an operator's SSH private key with `--identity FILE`");
    ground.operator_identity.push_back(ground.identity_of("worker1"));
    CHECK(renew(ground.request(tree), ground.tools()).error().code == ErrorCode::denied);
}

TEST_CASE("recreate replaces everything, also on a broken folder, and counts generations on") {
    TrustGround ground(1);
    const Tree first = ground.fresh();
    ground.operator_identity.clear();
    const Tree second = recreate(ground.request(first), ground.tools()).value().tree;
    CHECK(differing(first, second).size() == first.size());
    CHECK(
        read_store(second, ground.serial).value().index.find(Authority::etcd)->current.generation ==
        2
    );
    const Certificate authority =
        parse_certificate_pem(second.at("authorities/etcd.crt").bytes).value();
    CHECK(authority.fields.subject.common_name == "nest etcd authority 2");
    Tree broken = second;
    broken["index.json"].bytes = to_bytes("{");
    CHECK(recreate(ground.request(broken), ground.tools()).has_value());
}

TEST_CASE("a folder that disagrees with its index is refused") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    const auto refusal = [&](const std::function<void(Tree&)>& damage) {
        Tree damaged = tree;
        damage(damaged);
        const Result<Outcome> outcome = renew(ground.request(damaged), ground.tools());
        return outcome.has_value() ? "accepted" : describe(outcome.error());
    };
    const std::string kubelet = "nodes/worker1/kubelet.crt";
    CHECK(refusal([&](Tree& damaged) {
              damaged["stray.txt"] = {};
          }) == "`secrets/stray.txt` is not listed in the index");
    CHECK(refusal([&](Tree& damaged) {
              damaged[kubelet].bytes =
                  to_bytes("<<<<<<< HEAD\n" + std::string(as_text(tree.at(kubelet).bytes)));
          }) == "`secrets/nodes/worker1/kubelet.crt` has conflict markers");
    CHECK(
        refusal([&](Tree& damaged) { damaged[kubelet].bytes.clear(); }) ==
        "`secrets/nodes/worker1/kubelet.crt` does not parse: not a PEM file of type "
        "`CERTIFICATE`: it does not begin with its BEGIN line"
    );
    CHECK(
        refusal([&](Tree& damaged) {
            damaged[kubelet] = tree.at("nodes/worker1/kubelet-serving.crt");
            damaged["nodes/worker1/kubelet.key.age"].bytes.pop_back();
        }) == "`secrets/nodes/worker1/kubelet.crt` is not the certificate that the index lists, "
              "and 1 more files disagree with the index"
    );
    CHECK(refusal([&](Tree& damaged) {
              damaged.erase("service-account.key.age");
          }) == "`secrets/service-account.key.age` is missing");
    CHECK(refusal([&](Tree& damaged) { damaged.erase("authorities/etcd.crt"); }
    ).starts_with("`secrets/authorities/etcd.crt` is missing"));
    CHECK(
        refusal([&](Tree& damaged) {
            append(damaged["bundles/etcd.crt"].bytes, tree.at("authorities/cluster.crt").bytes);
        }) ==
        "`secrets/bundles/etcd.crt` does not hold exactly the authorities that the index lists"
    );
    CHECK(refusal([&](Tree& damaged) {
              damaged.erase("index.json");
          }) == "`secrets/` holds `authorities/cluster.crt` but no `index.json`");
    CHECK(refusal([&](Tree& damaged) {
              damaged["index.json"].bytes = to_bytes("<<<<<<< ours\n{}\n>>>>>>> theirs\n");
          }) == "reading `secrets/index.json`: the index has conflict markers");
    ground.plan.homelab = "other";
    CHECK(refusal([](Tree&) {}) == "these secrets belong to the homelab `nest`, not to `other`");
}

TEST_CASE("one authority can be rotated alone, and a rotation that began is finished first") {
    TrustGround ground(1);
    const Tree old = ground.fresh();
    const std::vector<Authority> all(all_authorities.begin(), all_authorities.end());
    const Tree both =
        rotate_step(ground.request(old), {Authority::etcd}, ground.tools()).value().tree;
    CHECK(
        differing(old, both) ==
        Paths{
            "authorities/etcd.next.crt",
            "authorities/etcd.next.key.age",
            "bundles/etcd.crt",
            "index.json",
        }
    );
    const Tree next = rotate_step(ground.request(both), all, ground.tools()).value().tree;
    const Store store = read_store(next, ground.serial).value();
    CHECK(store.index.find(Authority::etcd)->phase() == Phase::reissued);
    CHECK(store.index.find(Authority::cluster)->phase() == Phase::stable);
    CHECK(next.at("nodes/worker1/kubelet.crt") == old.at("nodes/worker1/kubelet.crt"));
    CHECK(next.at("nodes/control/etcd-server.crt") != old.at("nodes/control/etcd-server.crt"));
}

TEST_CASE("plans that cannot be carried out as they stand are refused") {
    const auto refusal = [](const std::function<void(TrustGround&)>& damage) {
        TrustGround ground(1);
        damage(ground);
        const Result<Outcome> outcome = recreate(ground.request({}), ground.tools());
        return outcome.has_value() ? "accepted" : describe(outcome.error());
    };
    const auto spec = [](TrustGround& ground) -> CertificateSpec& {
        return ground.plan.certificates.front();
    };
    CHECK(
        refusal([](TrustGround& ground) { ground.plan.host_keys.erase("worker1"); }) ==
        "certificate `nodes/worker1/kubelet`: node `worker1` has no host key, so nothing can be "
        "encrypted to it"
    );
    CHECK(refusal([](TrustGround& ground) {
              ground.plan.operators.clear();
          }) == "no operator is listed, so nobody could ever open an authority's key");
    CHECK(refusal([](TrustGround& ground) {
              ground.plan.host_keys["worker1"] = ground.plan.host_keys["control"];
          }) == "`control` and `worker1` have the same key");
    CHECK(refusal([](TrustGround& ground) {
              ground.plan.host_keys["worker1"] = ground.plan.operators.front();
          }) == "`worker1` and `operator duck@desk` have the same key");
    CHECK(refusal([&](TrustGround& ground) {
              spec(ground).dns_names = {"no name"};
          }) == "certificate `nodes/control/apiserver`: `no name` is no DNS name");
    CHECK(
        refusal([&](TrustGround& ground) {
            spec(ground).dns_names.clear();
            spec(ground).addresses.clear();
        }) == "certificate `nodes/control/apiserver`: a server needs at least one name or address"
    );
    CHECK(
        refusal([&](TrustGround& ground) { spec(ground).common_name = std::string(65, 'x'); }) ==
        "certificate `nodes/control/apiserver`: the common name `" + std::string(65, 'x') +
            "` is longer than 64 letters"
    );
    CHECK(refusal([&](TrustGround& ground) {
              spec(ground).name = "../x";
          }) == "certificate `../x`: path `../x` leads out of its folder");
    CHECK(refusal([&](TrustGround& ground) {
              spec(ground).name = "bundles/x";
          }) == "`bundles/x` is a name that ducksnest keeps for itself");
    CHECK(
        refusal([](TrustGround& ground) { ground.plan.renew_before_days = 365; }) ==
        "certificates that live 365 days would always be due for renewal 365 days before their end"
    );
    CHECK(refusal([](TrustGround& ground) {
              ground.plan.authority_days = 365;
          }) == "an authority must live longer than the certificates it signs");
    CHECK(refusal([](TrustGround& ground) {
              ground.plan.edges.front().client = "nobody";
          }) == "a connection names `nobody`, which no certificate is called");
    CHECK(refusal([](TrustGround& ground) {
              ground.plan.secrets.front().name = "service-account";
          }) == "two certificates or secrets are called `service-account`");
}

TEST_CASE("keys follow from the seed") {
    TrustGround once(1, 42);
    TrustGround again(1, 42);
    const Store first = read_store(once.fresh(), once.serial).value();
    const Store second = read_store(again.fresh(), again.serial).value();
    for (const auto& [name, certificate] : first.certificates) {
        CHECK(certificate.fields == second.certificates.at(name).fields);
    }
}

TEST_CASE("a worker's host key opens that worker's keys and no other") {
    TrustGround ground(3);
    const Tree tree = ground.fresh();
    const Store store = read_store(tree, ground.serial).value();
    std::size_t opened = 0;
    const auto try_all = [&](const std::string& name, const std::vector<std::string>& owners) {
        for (const auto& [node, key] : ground.host_keys) {
            const bool is_owner = std::ranges::find(owners, node) != owners.end();
            const std::vector<age::Identity> identities{ground.identity_of(node)};
            const Result<Secret> result =
                age::decrypt(tree.at(sealed_key_path(name)).bytes, identities);
            CHECK(result.has_value() == is_owner);
            CHECK((is_owner || result.error().code == ErrorCode::denied));
            opened += is_owner ? 1U : 0U;
        }
        CHECK(
            age::decrypt(tree.at(sealed_key_path(name)).bytes, ground.operator_identity).has_value()
        );
    };
    for (const CertificateEntry& entry : store.index.certificates) {
        try_all(entry.name, entry.owners);
    }
    for (const SecretEntry& entry : store.index.secrets) {
        try_all(entry.name, entry.owners);
    }
    for (const Authority authority : all_authorities) {
        try_all(authority_name(authority), {});
    }
    CHECK(opened == 5 + 3 * 2 + 2);
}
