#include "ground.h"

#include "age/age.h"
#include "base/assert.h"
#include "config/load.h"
#include "plan/plan.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace ducksnest::bench {
namespace {

std::string example_text() {
    std::ifstream file(DUCKSNEST_SOURCE_DIR "/examples/ducksnest/homelab.toml");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

pki::TrustPlan trust_of(std::size_t nodes, Random& random) {
    std::string text = example_text();
    const std::string lan = "192.168.0.0/24";
    text.replace(text.find(lan), lan.size(), "192.168.0.0/16");
    constexpr std::size_t nodes_of_example = 4;
    for (std::size_t number = nodes_of_example; number < nodes; ++number) {
        text += fmt::format(
            "[nodes.worker{0}]\nsite = \"home\"\naddress = \"192.168.{1}.{2}\"\n"
            "cpus = 4\nmemory = \"8GiB\"\ndisk = \"100GiB\"\n",
            number,
            1 + number / 250,
            1 + number % 250
        );
    }
    diag::Sources sources;
    const auto loaded = config::load(sources, sources.add("homelab.toml", std::move(text)));
    ASSERT(loaded.homelab.has_value());
    pki::TrustPlan trust = plan::make_plan(*loaded.homelab).trust;
    trust.operators = {age::make_host_key(random, "operator@bench").public_line};
    for (const model::Node& node : loaded.homelab->nodes) {
        trust.host_keys[node.name] = age::make_host_key(random, node.name).public_line;
    }
    ASSERT(trust.host_keys.size() == nodes);
    return trust;
}

} // namespace ducksnest::bench
