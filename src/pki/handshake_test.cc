#include "pki/handshake.h"
#include "pki/paths.h"
#include "pki/testing/trust_ground.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

namespace {

/// A side with its opened key, as a node has it.
struct Side {
    Side(const TrustGround& ground, const Tree& tree, const std::string& name, Authority trusted)
        : certificate(tree.at(certificate_path(name)).bytes)
        , key(age::decrypt(tree.at(sealed_key_path(name)).bytes, ground.operator_identity).value())
        , bundle(tree.at(bundle_path(trusted)).bytes) {}

    HandshakeSide view() const {
        return {.certificate = certificate, .key = key.view(), .trusted = bundle};
    }

    Bytes certificate;
    Secret key;
    Bytes bundle;
};

std::string outcome(const Result<void>& result) {
    return result.has_value() ? "connected" : result.error().message;
}

} // namespace

TEST_CASE("every connection of the plan works in both versions of TLS") {
    TrustGround ground(2);
    const Tree tree = ground.fresh();
    for (const TrustEdge& edge : ground.plan.edges) {
        const Side client(ground, tree, edge.client, edge.client_trusts);
        const Side server(ground, tree, edge.server, edge.server_trusts);
        for (const TlsVersion version : {TlsVersion::v12, TlsVersion::v13}) {
            CHECK(
                outcome(
                    handshake(client.view(), server.view(), edge.server_name, ground.now, version)
                ) == "connected"
            );
        }
    }
}

TEST_CASE("connections that must not work are refused, with the reason") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    const Side api(ground, tree, "nodes/control/apiserver", Authority::cluster);
    const Side etcd(ground, tree, "nodes/control/etcd-server", Authority::etcd);
    const Side etcd_client(ground, tree, "nodes/control/apiserver-etcd-client", Authority::etcd);
    const Side kubelet(ground, tree, "nodes/worker1/kubelet", Authority::cluster);
    Side trusting_kubelet(ground, tree, "nodes/worker1/kubelet", Authority::etcd);
    for (const TlsVersion version : {TlsVersion::v12, TlsVersion::v13}) {
        const auto dial = [&](const Side& client, const Side& server, std::string_view name) {
            return outcome(handshake(client.view(), server.view(), name, ground.now, version));
        };
        CHECK(dial(kubelet, api, "control") == "connected");
        CHECK(
            dial(trusting_kubelet, etcd, "127.0.0.1") ==
            "the server refuses the client's certificate: unable to get local issuer certificate"
        );
        CHECK(
            dial(kubelet, etcd, "127.0.0.1") ==
            "the client refuses the server's certificate: unable to get local issuer certificate"
        );
        CHECK(
            dial(kubelet, api, "elsewhere") ==
            "the client refuses the server's certificate: hostname mismatch"
        );
        CHECK(
            dial(etcd_client, etcd, "10.0.0.1") ==
            "the client refuses the server's certificate: IP address mismatch"
        );
        // A client's certificate serves nobody, a server's dials nobody.
        CHECK(
            dial(kubelet, kubelet, "") ==
            "the client refuses the server's certificate: unsuitable certificate purpose"
        );
        CHECK(
            dial(api, api, "control") ==
            "the server refuses the client's certificate: unsuitable certificate purpose"
        );
    }
}

TEST_CASE("the given instant decides about validity, not the machine's clock") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    const Side api(ground, tree, "nodes/control/apiserver", Authority::cluster);
    const Side kubelet(ground, tree, "nodes/worker1/kubelet", Authority::cluster);
    const auto at = [&](Duration offset) {
        return outcome(handshake(kubelet.view(), api.view(), "control", ground.now + offset));
    };
    CHECK(at(std::chrono::minutes(-4)) == "connected");
    CHECK(
        at(std::chrono::minutes(-6)) ==
        "the client refuses the server's certificate: certificate is not yet valid"
    );
    CHECK(at(std::chrono::days(365) - std::chrono::seconds(1)) == "connected");
    CHECK(
        at(std::chrono::days(365) + std::chrono::seconds(1)) ==
        "the client refuses the server's certificate: certificate has expired"
    );
}

TEST_CASE("a side whose own files are unusable is named") {
    TrustGround ground(1);
    const Tree tree = ground.fresh();
    const Side api(ground, tree, "nodes/control/apiserver", Authority::cluster);
    const Side kubelet(ground, tree, "nodes/worker1/kubelet", Authority::cluster);
    HandshakeSide broken = kubelet.view();
    broken.key = api.key.view();
    CHECK(
        outcome(handshake(broken, api.view(), "control", ground.now)) ==
        "the client's private key is unusable"
    );
    broken = api.view();
    broken.trusted = {};
    CHECK(
        outcome(handshake(kubelet.view(), broken, "control", ground.now)) ==
        "the server's bundle is unusable"
    );
    broken.certificate = as_bytes("nothing");
    CHECK(
        outcome(handshake(kubelet.view(), broken, "control", ground.now)) ==
        "the server's certificate is unusable"
    );
}
