#include "terraform/first_boot_ground.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

using namespace ducksnest::testing;

TEST_CASE("first boot: the newest system of the node, its keys, the tailnet, then the switch") {
    const FirstBootGround ground;
    const Boot boot = ground.boot();
    CHECK(boot.exit == 0);
    CHECK(
        boot.log == "first boot of standby-1: taking "
                    "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-standby-1-25.11\n"
                    "first boot of standby-1: joining the tailnet\n"
                    "first boot of standby-1: switching\n"
                    "first boot of standby-1: done\n"
    );
    check_booted(ground);
    const std::string calls = ground.calls();
    CHECK(calls.find("nix-store") < calls.find("nix-env"));
    CHECK(calls.find("ducksnest join") < calls.find("nix-env"));
    CHECK(calls.find("nix-env") < calls.find("switch-to-configuration"));
}

TEST_CASE("first boot: a machine that is done is left alone") {
    const FirstBootGround ground;
    REQUIRE(ground.boot().exit == 0);
    const int calls = ground.call_count();
    const Boot again = ground.boot();
    CHECK(again.exit == 0);
    CHECK(again.log == "first boot of standby-1: done before\n");
    CHECK(ground.call_count() == calls);
}

TEST_CASE("first boot: no secret in arguments, in the journal, or on disk where it does not belong"
) {
    const FirstBootGround ground;
    const Boot boot = ground.boot();
    REQUIRE(boot.exit == 0);
    for (const std::string& secret : first_boot_secrets()) {
        CAPTURE(secret);
        CHECK_FALSE(first_boot_script().contains(secret));
        CHECK_FALSE(boot.log.contains(secret));
        CHECK_FALSE(ground.calls().contains(secret));
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(ground.path("root"))) {
            const bool is_host_key = entry.path().filename() == "ssh_host_ed25519_key";
            if (entry.is_regular_file() && !is_host_key) {
                const auto name = std::filesystem::relative(entry.path(), ground.path(""));
                CAPTURE(name.string());
                CHECK_FALSE(ground.read(name).contains(secret));
            }
        }
    }
}

TEST_CASE("first boot: a machine that loses power again and again gets there all the same") {
    const FirstBootGround ground;
    for (int step = 1; step <= 12; ++step) {
        CHECK(ground.boot(step).exit != 0);
    }
    CHECK(ground.boot().exit == 0);
    check_booted(ground);
}

TEST_CASE("first boot: a system with units that did not start is a system all the same") {
    const FirstBootGround ground;
    ground.write("switch_status", "4");
    CHECK(ground.boot().exit == 0);
    check_booted(ground);
}

TEST_CASE("first boot: a cache without a system of the node is said, and nothing is touched") {
    const FirstBootGround ground;
    ground.write("no_systems", "");
    const Boot boot = ground.boot();
    CHECK(boot.exit == 1);
    CHECK(
        boot.log.starts_with("first boot of standby-1: no system of this node is in the cache yet: "
                             "`ducksnest cache push`\n")
    );
    CHECK(boot.log.ends_with(
        "first boot of standby-1: cannot find the system in the cache; see the lines above, then "
        "reboot to try again\n"
    ));
    CHECK_FALSE(ground.exists("root/nix"));
    CHECK_FALSE(ground.exists("keys_used"));
}

TEST_CASE("first boot: a record that names no store path is not followed") {
    const FirstBootGround ground;
    ground.write("record", R"({"path": "/nix/store/../../tmp/evil"})");
    const Boot boot = ground.boot();
    CHECK(boot.exit == 1);
    CHECK(boot.log.contains("names no store path"));
    CHECK_FALSE(ground.calls().contains("nix-store"));
}

TEST_CASE("first boot: the script is clean for shellcheck, and filled whole") {
    const FirstBootGround ground;
    CHECK_FALSE(first_boot_script().contains("${"));
    CHECK_FALSE(first_boot_script().contains("%{"));
    const std::string command = "shellcheck --shell=bash '" + ground.path("script") + "' >'" +
                                ground.path("shellcheck") + "' 2>&1";
    CHECK_MESSAGE(std::system(command.c_str()) == 0, ground.read("shellcheck"));
}
