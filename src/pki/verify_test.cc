#include "pki/paths.h"
#include "pki/testing/trust_ground.h"
#include "pki/verify.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

TEST_CASE("a sound folder passes, with keys and without") {
    TrustGround ground(2);
    const Tree tree = ground.fresh();
    const Verification with = verify(ground.request(tree), ground.tools()).value();
    CHECK(with.findings.empty());
    CHECK(with.keys_opened == ground.plan.certificates.size() + 3);
    CHECK(with.keys_sealed == 0);
    CHECK(with.connections == ground.plan.edges.size());
    CHECK(with.handshakes == 2 * (ground.plan.edges.size() + with.refusals));
    CHECK(with.refusals > 10);
    ground.operator_identity.clear();
    const Verification without = verify(ground.request(tree), ground.tools()).value();
    CHECK(without.findings.empty());
    CHECK(without.keys_opened == 0);
    CHECK(without.handshakes == 0);
    CHECK(without.connections == ground.plan.edges.size());
    CHECK(without.refusals == with.refusals);
    ground.operator_identity.push_back(ground.identity_of("worker1"));
    const Verification node = verify(ground.request(tree), ground.tools()).value();
    CHECK(node.findings.empty());
    CHECK(node.keys_opened == 2);
    CHECK(*to_json(node).find("ok")->as_bool());
}

TEST_CASE("a connection that cannot work is found") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    ground.plan.edges.back().server_name = "elsewhere";
    const Verification wrong = verify(ground.request(tree), ground.tools()).value();
    REQUIRE(wrong.findings.size() == 1);
    CHECK(
        wrong.findings.front().what ==
        "nodes/control/apiserver-kubelet-client to nodes/worker1/kubelet-serving as elsewhere"
    );
    CHECK(
        wrong.findings.front().why ==
        "the client refuses the server's certificate: hostname mismatch"
    );
    ground.plan.edges.back().server_name = "worker1";
    ground.now += std::chrono::days(366);
    CHECK(
        verify(ground.request(tree), ground.tools()).value().findings.front().why ==
        "the client refuses the server's certificate: certificate has expired"
    );
}

TEST_CASE("a server that trusts too much is found") {
    TrustGround ground(1);
    // As if one authority had signed for all: etcd would take any client of the cluster.
    for (CertificateSpec& spec : ground.plan.certificates) {
        spec.authority = Authority::cluster;
    }
    const Tree tree = ground.fresh();
    for (TrustEdge& edge : ground.plan.edges) {
        edge.client_trusts = Authority::cluster;
        edge.server_trusts = Authority::cluster;
    }
    for (CertificateSpec& spec : ground.plan.certificates) {
        if (spec.name == "nodes/worker1/kubelet") {
            spec.authority = Authority::etcd;
        }
    }
    const Verification verification = verify(ground.request(tree), ground.tools()).value();
    REQUIRE(!verification.findings.empty());
    CHECK(verification.findings.front().why == "was accepted and must be refused");
    CHECK(verification.findings.front().what.starts_with("nodes/worker1/kubelet to nodes/control/")
    );
}

TEST_CASE("a key that is not its certificate's is found") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    Tree mixed = tree;
    const std::string path = sealed_key_path("nodes/worker1/kubelet");
    mixed[path] = tree.at(sealed_key_path("nodes/worker1/kubelet-serving"));
    // The index is made to agree, as somebody who swaps files would do.
    std::string index(as_text(mixed["index.json"].bytes));
    const auto digest = [&](const Tree& from) { return digest_of(from.at(path).bytes); };
    index.replace(index.find(digest(tree)), 64, digest(mixed));
    mixed["index.json"].bytes = to_bytes(index);
    const Verification verification = verify(ground.request(mixed), ground.tools()).value();
    REQUIRE(!verification.findings.empty());
    CHECK(verification.findings.front().what == path);
    CHECK(verification.findings.front().why == "does not belong to its certificate");
}

TEST_CASE("a folder that is not whole is found") {
    TrustGround ground(1);
    Tree tree = ground.fresh();
    tree.erase("nodes/worker1/kubelet.crt");
    tree["stray"] = {};
    const Verification verification = verify(ground.request(tree), ground.tools()).value();
    REQUIRE(verification.findings.size() == 2);
    CHECK(verification.findings[0].what == "stray");
    CHECK(verification.findings[0].why == "is not listed in the index");
    CHECK(verification.findings[1].what == "nodes/worker1/kubelet.crt");
    CHECK(verification.findings[1].why == "is missing: run `ducksnest certs renew`");
    CHECK(!*to_json(verification).find("ok")->as_bool());
}
