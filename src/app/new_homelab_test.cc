#include "app/new_homelab.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::app;

namespace {

MachineFacts laptop() {
    return {
        .host_name = "Duck-Laptop.local",
        .cpus = 8,
        .memory_mebibytes = 15772,
        .disk_mebibytes = 478617,
        .cpu_model = "Intel i5",
        .boots_uefi = true,
        .timezone = "Asia/Seoul",
        .interfaces =
            {{.name = "lo", .address = "127.0.0.1", .prefix = 8},
             {.name = "tailscale0", .address = "100.64.0.3", .prefix = 32},
             {.name = "wlp2s0", .address = "192.168.0.12", .prefix = 24, .has_default_route = true}
            },
        .home = "",
        .operator_keys = {"ecdsa-sha2-nistp256 AAAA x", "not a key"},
        .host_key = "",
    };
}

} // namespace

TEST_CASE("what can be found out is found out") {
    const NewHomelab homelab = guess_homelab(laptop(), "My Homelab!");
    CHECK(homelab.name == "my-homelab");
    CHECK(homelab.node == "duck-laptop");
    CHECK(homelab.timezone == "Asia/Seoul");
    CHECK(net::to_string(homelab.lan) == "192.168.0.0/24");
    CHECK(net::to_string(homelab.address) == "192.168.0.12");
    CHECK(homelab.interface == "wlp2s0");
    CHECK(homelab.interface_pattern == "wl*");
    CHECK(net::to_string(homelab.pods) == "10.244.0.0/16");
    CHECK(net::to_string(homelab.services) == "10.96.0.0/12");
    // Neither kind can open an age file.
    CHECK(homelab.operators.empty());
}

TEST_CASE("pods and services make room for the network at home") {
    NewHomelab homelab;
    set_lan(homelab, net::parse_cidr("10.0.0.0/8").value());
    CHECK(net::to_string(homelab.pods) == "172.20.0.0/16");
    CHECK(net::to_string(homelab.services) == "172.30.0.0/16");
    set_lan(homelab, net::parse_cidr("10.100.0.0/16").value());
    CHECK(net::to_string(homelab.pods) == "10.244.0.0/16");
    CHECK(net::to_string(homelab.services) == "10.43.0.0/16");
}

TEST_CASE("a machine that knows nothing about itself still gets a homelab") {
    const NewHomelab homelab = guess_homelab({}, "");
    CHECK(homelab.name == "homelab");
    CHECK(homelab.node == "node-1");
    CHECK(homelab.timezone == "Etc/UTC");
    CHECK(net::to_string(homelab.address) == "192.168.0.10");
    CHECK(net::to_string(homelab.lan) == "192.168.0.0/24");
}

TEST_CASE("a cloud's point-to-point link becomes a network with neighbours") {
    MachineFacts facts = laptop();
    facts.interfaces = {
        {.name = "ens5", .address = "172.31.5.9", .prefix = 32, .has_default_route = true}
    };
    CHECK(net::to_string(guess_homelab(facts, "x").lan) == "172.31.5.0/24");
}

TEST_CASE("names become DNS labels") {
    CHECK(dns_label("Old_Machine..2", "x") == "old-machine-2");
    CHECK(dns_label("--", "x") == "x");
    CHECK(dns_label(std::string(80, 'a'), "x").size() == 63);
    CHECK(dns_label("오리", "x") == "x");
}

TEST_CASE("sizes are rounded down") {
    CHECK(size_text(15772) == "15.4GiB");
    CHECK(size_text(16384) == "16GiB");
    CHECK(size_text(512) == "512MiB");
}

TEST_CASE("the layout has a homelab.toml of that name, a README and a .gitignore") {
    const Tree tree = lay_out(guess_homelab(laptop(), "nest"), "lab.toml");
    REQUIRE(tree.size() == 3);
    const std::string toml(as_text(tree.at("lab.toml").bytes));
    CHECK(toml.contains("[nodes.duck-laptop]\n"));
    CHECK(toml.contains("memory = \"15.4GiB\"\n"));
    CHECK(toml.contains("# address = \"192.168.0.13\"\n"));
    for (const auto& [path, file] : tree) {
        CAPTURE(path);
        CHECK_FALSE(file.is_private);
        CHECK_FALSE(as_text(file.bytes).contains(":string@"));
        CHECK_FALSE(as_text(file.bytes).contains(":text@"));
    }
}
