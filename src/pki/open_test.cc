#include "base/encoding.h"
#include "base/json.h"
#include "pki/open.h"
#include "pki/p256.h"
#include "pki/paths.h"
#include "pki/testing/trust_ground.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

namespace {

std::vector<std::string> paths_of(const std::vector<OpenedFile>& files) {
    std::vector<std::string> paths;
    for (const OpenedFile& file : files) {
        paths.push_back(file.path);
    }
    return paths;
}

const OpenedFile& file_at(const std::vector<OpenedFile>& files, std::string_view path) {
    const auto found = std::ranges::find(files, path, &OpenedFile::path);
    REQUIRE(found != files.end());
    return *found;
}

Result<std::vector<OpenedFile>>
open_as(TrustGround& ground, const Tree& tree, const std::string& node, const std::string& key) {
    const std::vector<age::Identity> identities{ground.identity_of(key)};
    return open_node(tree, node, identities, ground.serial);
}

} // namespace

TEST_CASE("a node opens what is its own, under the names its programs know") {
    TrustGround ground(2);
    const Tree tree = ground.fresh();
    const std::vector<OpenedFile> files = open_as(ground, tree, "worker1", "worker1").value();
    CHECK(
        paths_of(files) ==
        std::vector<std::string>{
            "bundles/cluster.crt",
            "bundles/etcd.crt",
            "bundles/front-proxy.crt",
            "kubelet-serving.crt",
            "kubelet-serving.key",
            "kubelet.crt",
            "kubelet.key",
        }
    );
    const OpenedFile& key = file_at(files, "kubelet.key");
    CHECK(key.is_private);
    CHECK(key.user == "root");
    CHECK(PrivateKey::parse_pem(key.content.view()).has_value());
    const OpenedFile& certificate = file_at(files, "kubelet.crt");
    CHECK(!certificate.is_private);
    CHECK(std::ranges::equal(certificate.content.view(), tree.at("nodes/worker1/kubelet.crt").bytes)
    );
}

TEST_CASE("the control plane finds its secrets as its programs want them") {
    TrustGround ground(0);
    const Tree tree = ground.fresh();
    const std::vector<OpenedFile> files = open_as(ground, tree, "control", "control").value();
    CHECK(PrivateKey::parse_pem(file_at(files, "service-account.key").content.view()).has_value());
    CHECK(file_at(files, "service-account.pub").is_private == false);
    const OpenedFile& config = file_at(files, "encryption-key.json");
    CHECK(config.user == "kubernetes");
    const Json json = Json::parse(as_text(config.content.view())).value();
    CHECK(*json.find("kind")->as_string() == "EncryptionConfiguration");
    const Json& providers = *json.find("resources")->as_array()->front().find("providers");
    const Json& key =
        providers.as_array()->front().find("secretbox")->find("keys")->as_array()->front();
    CHECK(*key.find("name")->as_string() == "key-1");
    CHECK(decode_base64(*key.find("secret")->as_string()).value().size() == 32);
    CHECK(std::ranges::count(paths_of(files), "encryption-key.key") == 0);
}

TEST_CASE("who may not open, does not") {
    TrustGround ground(2);
    const Tree tree = ground.fresh();
    const Error wrong = open_as(ground, tree, "worker1", "worker2").error();
    CHECK(wrong.code == ErrorCode::denied);
    CHECK(wrong.help.starts_with("it was encrypted to `ssh-ed25519 "));
    CHECK(wrong.help.ends_with("; give the machine's own host key with `--host-key FILE`"));
    const Error typo = open_as(ground, tree, "woker1", "worker1").error();
    CHECK(typo.message == "nothing here belongs to a node called `woker1`");
    CHECK(typo.help == "did you mean `worker1`?");
    CHECK(open_as(ground, {}, "worker1", "worker1").error().code == ErrorCode::not_found);
}

TEST_CASE("files that do not belong together are not handed out") {
    TrustGround ground(1);
    Tree tree = ground.fresh();
    tree.erase("nodes/worker1/kubelet.key.age");
    CHECK(
        open_as(ground, tree, "worker1", "worker1").error().message ==
        "`nodes/worker1/kubelet.key.age` is missing"
    );
    tree["nodes/worker1/kubelet.key.age"].bytes = to_bytes("x");
    CHECK(
        open_as(ground, tree, "worker1", "worker1").error().message ==
        "`secrets/nodes/worker1/kubelet.key.age` is not the file that the index lists"
    );
}

TEST_CASE("a host key tells whose it is") {
    TrustGround ground(2);
    const Tree tree = ground.fresh();
    CHECK(node_of(tree, ground.identity_of("worker2")).value() == "worker2");
    CHECK(node_of(tree, ground.operator_identity.front()).value().empty());
}
