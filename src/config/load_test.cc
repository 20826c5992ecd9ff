#include "config/load.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace ducksnest;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(std::string(DUCKSNEST_SOURCE_DIR) + "/" + path, std::ios::binary);
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("the example loads without a word") {
    diag::Sources sources;
    sources.add("homelab.toml", read_file("examples/ducksnest/homelab.toml"));
    const config::Loaded loaded = config::load(sources, 0);
    CHECK(diag::render_all(loaded.diagnostics, sources) == "");
    REQUIRE(loaded.homelab.has_value());
    const model::Homelab& homelab = *loaded.homelab;
    CHECK(*homelab.name == "ducksnest");
    CHECK(homelab.nodes.size() == 4);
    CHECK(homelab.find_node("firebat")->memory.value == 15769);
    CHECK(homelab.find_node("control-plane")->cpus.value == 2);
    CHECK(homelab.find_node("control-plane")->memory.value == 4096);
    CHECK(homelab.find_node("old")->boot == model::Boot::bios);
    CHECK(homelab.dr->offers.at(1).hourly.value == 46'800);
    CHECK(homelab.dr->monthly_budget.value == 20'000'000);
    CHECK(homelab.dr->witnesses.size() == 2);
    CHECK(homelab.apps.at(0).cpu_millis.value == 100);
    CHECK(*homelab.apps.at(1).expose == model::Expose::tailscale);
}
