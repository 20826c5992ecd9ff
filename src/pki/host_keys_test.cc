#include "age/testing/seeded_random.h"
#include "pki/certs.h"
#include "pki/host_keys.h"
#include "pki/testing/trust_ground.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::pki;

namespace {

struct Ground {
    age::SeededRandom random{1};
    age::HostKeyPair duck = age::make_host_key(random, "duck@desk");
    age::HostKeyPair goose = age::make_host_key(random, "goose@desk");
    std::vector<std::string> machines{"control-plane", "standby-1"};
    std::vector<std::string> operators{duck.public_line};
    Tree tree{};

    static std::vector<age::Identity> identity(const age::HostKeyPair& pair) {
        return {age::Identity::parse_openssh(as_text(pair.private_file.view())).value()};
    }
    Result<HostKeyOutcome> make(const std::vector<age::Identity>& identities = {}) {
        return make_host_keys(
            {.tree = tree, .machines = machines, .operators = operators, .identities = identities},
            random
        );
    }
    void keep() { tree = make().value().tree; }
};

std::string changes(const HostKeyOutcome& outcome) {
    std::string text;
    for (const HostKey& key : outcome.keys) {
        text += key.machine + " " + std::string(to_string(key.change)) + "\n";
    }
    return text;
}

} // namespace

TEST_CASE("host keys are made once, for the operators alone, and stay as they are") {
    Ground ground;
    const HostKeyOutcome first = ground.make().value();
    CHECK(changes(first) == "control-plane made\nstandby-1 made\n");
    CHECK(first.tree.size() == 4);
    CHECK(first.keys[1].public_line.starts_with("ssh-ed25519 "));
    CHECK(first.keys[1].public_line.ends_with(" root@standby-1"));
    ground.tree = first.tree;
    const HostKeyOutcome second = ground.make().value();
    CHECK(changes(second) == "control-plane kept\nstandby-1 kept\n");
    CHECK(second.tree == first.tree);
    for (const auto& [path, file] : first.tree) {
        CHECK_FALSE(as_text(file.bytes).contains("PRIVATE KEY"));
    }
    const Secret opened =
        open_host_key(first.tree, "standby-1", Ground::identity(ground.duck)).value();
    CHECK(as_text(opened.view()).starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    const Error closed =
        open_host_key(first.tree, "standby-1", Ground::identity(ground.goose)).error();
    CHECK(closed.code == ErrorCode::denied);
}

TEST_CASE("a new operator gets the same key, and needs an old one for it") {
    Ground ground;
    ground.keep();
    const Tree before = ground.tree;
    ground.operators.push_back(ground.goose.public_line);
    const Error closed = ground.make().error();
    CHECK(closed.code == ErrorCode::unauthenticated);
    CHECK(
        closed.message == "`secrets/hosts/control-plane.key.age` has to be opened, and there is no "
                          "operator's private key"
    );
    const HostKeyOutcome again = ground.make(Ground::identity(ground.duck)).value();
    CHECK(changes(again) == "control-plane encrypted again\nstandby-1 encrypted again\n");
    CHECK(again.tree.at("hosts/standby-1.pub") == before.at("hosts/standby-1.pub"));
    CHECK(open_host_key(again.tree, "standby-1", Ground::identity(ground.goose)));
}

TEST_CASE("half a host key is never made whole by a new one") {
    Ground ground;
    ground.keep();
    Tree whole = ground.tree;
    ground.tree.erase("hosts/standby-1.key.age");
    CHECK(
        ground.make().error().message ==
        "`secrets/hosts/standby-1.pub` has no private half beside it"
    );
    ground.tree = whole;
    ground.tree.erase("hosts/standby-1.pub");
    CHECK(
        ground.make().error().message ==
        "`secrets/hosts/standby-1.key.age` has no public half beside it"
    );
    ground.tree = whole;
    ground.tree.at("hosts/standby-1.pub") = ground.tree.at("hosts/control-plane.pub");
    CHECK(
        open_host_key(ground.tree, "standby-1", Ground::identity(ground.duck)).error().message ==
        "`secrets/hosts/standby-1.key.age` does not belong to the public half beside it"
    );
    ground.tree.at("hosts/standby-1.pub").bytes = to_bytes(std::string_view("ssh-ed25519 AAAA"));
    CHECK(
        ground.make().error().message == "`secrets/hosts/standby-1.pub` is no Ed25519 public key"
    );
    CHECK(
        open_host_key({}, "standby-1", {}).error().message == "there is no host key of `standby-1`"
    );
}

TEST_CASE("certificates come and go beside host keys, which stay") {
    Ground ground;
    ground.keep();
    testing::TrustGround trust(1);
    const Tree made = recreate(trust.request(ground.tree), trust.tools()).value().tree;
    CHECK(made.contains("authorities/cluster.crt"));
    CHECK(made.at("hosts/standby-1.pub") == ground.tree.at("hosts/standby-1.pub"));
    CHECK(renew(trust.request(made), trust.tools()).value().tree == made);
    const Tree again = recreate(trust.request(made), trust.tools()).value().tree;
    CHECK(again.at("hosts/standby-1.key.age") == ground.tree.at("hosts/standby-1.key.age"));
    CHECK(renew(trust.request(ground.tree), trust.tools()).value().tree.size() == made.size());
}
