#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

using namespace ducksnest;
using ducksnest::testing::DeployGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;
using ducksnest::testing::write_text;

namespace fs = std::filesystem;

TEST_CASE("what cannot be deployed is refused before anything is touched") {
    const DeployGround ground({"good"});
    const std::string all = ground.to(DeployGround::nodes(), "good");
    const auto untouched = [&] {
        for (const std::string& node : DeployGround::nodes()) {
            CAPTURE(node);
            CHECK(ground.settled(node) == "base");
            CHECK(!read_text(ground.path("nodes/" + node + "/log")).contains("test "));
            CHECK(ground.report(node).holder.empty());
        }
    };

    // The git tree.
    write_text(ground.path("lab/notes.txt"), "quack\n");
    const Ran dirty = ground.deploy(all);
    CHECK(dirty.exit == 6);
    CHECK(
        dirty.err == fmt::format(
                         "error: 1 file is in `{}` not committed, the first is "
                         "`notes.txt`\n  = help: commit, so that what runs can be found "
                         "again; `--dirty` deploys it as it is\n",
                         ground.path("lab")
                     )
    );
    fs::remove(ground.path("lab/notes.txt"));

    // The lock.
    const std::string toml = read_text(ground.path("lab/homelab.toml"));
    write_text(
        ground.path("lab/homelab.toml"),
        toml + "\n[nodes.gamma]\nsite = \"home\"\n"
               "cpus = 2\nmemory = \"4GiB\"\n"
               "disk = \"40GiB\"\n"
    );
    const Ran stale = ground.deploy(all);
    CHECK(stale.exit == 6);
    CHECK(stale.err.contains("error: `homelab.lock.json` is not what homelab.toml says"));
    CHECK(stale.err.contains("= help: write it anew with `ducksnest render`, and commit it"));
    write_text(ground.path("lab/homelab.toml"), toml);

    // A node that homelab.toml does not have.
    const Ran unknown = ground.deploy("--node alfa");
    CHECK(unknown.exit == 1);
    CHECK(
        unknown.err == "error: homelab.toml has no node `alfa`\n  = help: did you mean `alpha`?\n"
    );

    // No cluster, and no word about draining.
    const Ran no_cluster = ground.run(fmt::format(
        "ducksnest deploy -C '{0}/lab' --identity '{0}/identity' --kubeconfig '{0}/none' {1}",
        ground.path(""),
        all
    ));
    CHECK(no_cluster.exit == 6);
    CHECK(no_cluster.err.contains("pass `--no-drain` to switch nodes without moving their pods"));

    // A node that is off: everybody is asked before anybody is touched.
    ground.power_off("beta");
    const Ran off = ground.deploy(all);
    CHECK(off.exit == 1);
    CHECK(off.err.contains("error: `beta` cannot be reached at 192.168.77.12: "));
    CHECK(off.err.contains("= help: check that it is on and in the tailnet; `--node` leaves others "
                           "out"));
    ground.power_on("beta");

    // Another machine in the node's place.
    const std::string key = ground.path("nodes/beta/host_key");
    fs::rename(key, key + ".kept");
    fs::rename(key + ".pub", key + ".pub.kept");
    REQUIRE(ground.run(fmt::format("ssh-keygen -q -t ed25519 -N '' -f '{}'", key)).exit == 0);
    ground.power_off("beta");
    ground.power_on("beta");
    const Ran changed = ground.deploy(all);
    CAPTURE(changed.err);
    CHECK(changed.exit == 6);
    CHECK(changed.err.contains(
        "error: `beta` at 192.168.77.12 does not have the host key of homelab.toml\n"
        "  = help: another machine may answer there; if the node was set up anew, look its key up "
        "at its own console, set `host_key`, and run `ducksnest certs renew`\n"
    ));
    fs::rename(key + ".kept", key);
    fs::rename(key + ".pub.kept", key + ".pub");
    ground.power_off("beta");
    ground.power_on("beta");

    // A key that the nodes do not know.
    REQUIRE(
        ground.run(fmt::format("ssh-keygen -q -t ed25519 -N '' -f '{}'", ground.path("other")))
            .exit == 0
    );
    const Ran stranger = ground.deploy(fmt::format("--identity '{}'", ground.path("other")) + all);
    CAPTURE(stranger.err);
    CHECK(stranger.exit != 0);
    untouched();
}

TEST_CASE("of two deployments at once the second is refused with the holder's name") {
    const DeployGround ground({"slow", "good"});
    // To different nodes: they meet at the control plane.
    const Ran both = ground.run(fmt::format(
        "cd \"$HOME\"\n({}) >first.out 2>first.err & first=$!\n"
        // Until the first one holds the control plane, which it does not deploy to.
        "tries=0\n"
        "until {} 2>/dev/null | grep -q '\"holder\": \"duck'; do\n"
        "  tries=$((tries + 1)); [ $tries -lt 50 ] || break\ndone\n"
        "{}\necho \"exit $?\" >&2\nwait $first\nend=$?\ncat first.err >&2\nexit $end",
        ground.deploy_line(ground.to({"alpha"}, "slow")),
        ground.ssh_line("control-plane", "ducksnest activate status"),
        ground.deploy_line(ground.to({"beta"}, "good"))
    ));
    INFO(both.err);
    CHECK(both.exit == 0);
    CHECK(both.err.contains("error: `control-plane`: another deployment is at work: duck@"));
    CHECK(both.err.contains("= help: wait for it; if it has died, its hold ends by itself in "));
    CHECK(both.err.contains("exit 6"));
    CHECK(ground.settled("alpha") == "slow");
    CHECK(ground.settled("beta") == "base");
    CHECK(!read_text(ground.path("nodes/beta/log")).contains("test "));
}

TEST_CASE("the key of a deployment opens no shell") {
    const DeployGround ground({});
    const auto ssh = [&](const std::string& command) {
        return ground.run(ground.ssh_line("alpha", command));
    };
    const Ran shell = ssh("");
    CHECK(shell.exit == 6);
    CHECK(
        shell.err == "error: a deployment's key opens no shell\n"
                     "  = help: it may only run `ducksnest activate`; log in as another user\n"
    );
    CHECK(ssh("id").exit == 6);
    CHECK(ssh("'ducksnest activate status; id'").exit == 6);
    CHECK(ssh("'ducksnest activate work deadline'").exit == 6);
    CHECK(ssh("'nix-store --serve --write'").exit == 6);
    CHECK(ssh("ducksnest activate status").exit == 0);
}

TEST_CASE("a system is copied over SSH only where the node allows it") {
    const DeployGround ground({"good"});
    const std::string deployment = ground.to({"beta"}, "good") + " --copy";
    const Ran refused = ground.deploy(deployment);
    INFO(refused.err);
    CHECK(refused.exit == 1);
    CHECK(refused.err.contains("a deployment's key may not run `nix-store`"));
    CHECK(refused.err.contains("the node has to allow it: `ducksnest.deploy.allowCopy = true`"));
    CHECK(ground.settled("beta") == "base");

    const std::string keys = ground.path("nodes/beta/authorized_keys");
    std::string text = read_text(keys);
    text.replace(text.find("activate gate"), 13, "activate gate --copy");
    write_text(keys, text);
    const Ran copied = ground.deploy(deployment);
    INFO(copied.err);
    CHECK(copied.exit == 0);
    CHECK(ground.settled("beta") == "good");
    CHECK(!fs::exists(ground.path("cache")));
}
