#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ducksnest;
using ducksnest::testing::DeployGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;

TEST_CASE("a good system is fetched, tried, probed and confirmed, node after node") {
    const DeployGround ground({"good"});
    const Ran done = ground.deploy(ground.to(DeployGround::nodes(), "good"));
    INFO(done.err << done.out);
    CHECK(done.exit == 0);
    for (const std::string& node : DeployGround::nodes()) {
        CAPTURE(node);
        CHECK(ground.settled(node) == "good");
    }
}
