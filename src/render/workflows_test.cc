#include "plan/testing/homelabs.h"
#include "render/workflows.h"

#include <doctest/doctest.h>

namespace ducksnest::render {
namespace {

TEST_CASE("workflows: blocks of a template stand or fall with their condition") {
    const std::string_view text = "a\n"
                                  "  # @if one\n"
                                  "  b\n"
                                  "  # @if two\n"
                                  "  c\n"
                                  "  # @end\n"
                                  "  # @end\n"
                                  "d\n";
    CHECK(choose_blocks(text, {}) == "a\nd\n");
    CHECK(choose_blocks(text, {"one"}) == "a\n  b\nd\n");
    CHECK(choose_blocks(text, {"two"}) == "a\nd\n");
    CHECK(choose_blocks(text, {"one", "two"}) == "a\n  b\n  c\nd\n");
    CHECK(choose_blocks("", {}).empty());
}

TEST_CASE("workflows: a homelab that is not on github.com has none") {
    model::Homelab homelab = plan::testing::owners_homelab();
    homelab.gitops.reset();
    plan::Plan plan = plan::make_plan(homelab);
    CHECK(render_workflows(plan).empty());
    CHECK(plan.pipeline.why_none == "homelab.toml has no `[gitops]` with a repository");
    homelab.gitops = model::GitOps{};
    homelab.gitops->repository.value = "https://gitlab.com/duck/homelab";
    plan = plan::make_plan(homelab);
    CHECK(render_workflows(plan).empty());
    CHECK(plan.pipeline.why_none == "`https://gitlab.com/duck/homelab` is not on github.com");
    homelab.gitops->repository.value = "git@github.com:duck/homelab.git";
    plan = plan::make_plan(homelab);
    CHECK(plan.pipeline.why_none.empty());
    CHECK(render_workflows(plan).contains(".github/workflows/validate.yml"));
}

} // namespace
} // namespace ducksnest::render
