#include "plan/testing/homelabs.h"
#include "render/lock.h"
#include "render/markdown.h"

#include <doctest/doctest.h>

namespace ducksnest::render {
namespace {

namespace testing = plan::testing;

/// The comment about what `change` makes of the owner's homelab.
template <class Edit>
std::string comment(const Edit& edit, std::vector<std::string> files = {}) {
    model::Homelab homelab = testing::owners_homelab();
    const plan::Plan before = plan::make_plan(homelab);
    edit(homelab);
    const plan::Plan after = plan::make_plan(homelab);
    const LockDiff diff = diff_locks(
        Json::parse(render_lock(before)).value(), Json::parse(render_lock(after)).value()
    );
    return render_markdown({
        .plan = after,
        .diff = &diff,
        .cost_before = &before.cost,
        .other_files = std::move(files),
    });
}

TEST_CASE("comment: nothing changes") {
    const std::string text = comment([](model::Homelab&) {});
    CHECK(text.starts_with("### ducksnest: no machine changes\n"
                           "\n"
                           "- **Reboots:** none\n"
                           "- **Evicted:** nothing\n"));
    CHECK(text.contains(" USD a month, as before."));
    CHECK_FALSE(text.contains("Every change of the lock"));
}

TEST_CASE("comment: another address reboots a node, and its pods have to go") {
    const std::string text = comment([](model::Homelab& homelab) {
        testing::node(homelab, "ultra").address.value().value = *net::parse_address("192.168.0.22");
    });
    CHECK(text.starts_with("### ducksnest: 1 of 4 nodes changed\n"
                           "\n"
                           "- **Reboots:** ultra (reboot: its address changes)\n"
                           "- **Evicted:** the pods on ultra: one node after the other is drained, "
                           "switched, and taken back; the database member on ultra, which starts "
                           "as primary. There is one pod only of "));
    CHECK(text.contains("\n| ultra | reboot | reboot: its address changes; reissue certificate "
                        "kubelet-serving; restart kubelet; "));
    CHECK(text.contains("<details><summary>Every change of the lock</summary>\n\n~~~text\n"
                        "~ node ultra\n    address: 192.168.0.12 -> 192.168.0.22\n"));
    CHECK_FALSE(text.contains("The API does not answer"));
}

TEST_CASE("comment: with one control plane the API pauses") {
    const std::string text = comment([](model::Homelab& homelab) {
        testing::node(homelab, "control-plane").instance->value = "t3.large";
    });
    CHECK(text.contains("- **Reboots:** control-plane (stop and start: its instance type changes)")
    );
    CHECK(text.contains("The API does not answer while control-plane switches; pods run on"));
    CHECK(text.contains(" USD a month, before: "));
    CHECK(text.contains(" USD (+37.96)"));
}

TEST_CASE("comment: who joins and who leaves") {
    const std::string joins = comment([](model::Homelab& homelab) {
        testing::add_node(homelab, {.name = "mini", .site = "home", .memory = 8192});
    });
    CHECK(joins.contains("- **Evicted:** nothing\n- **Joins:** mini\n"));
    CHECK(joins.contains("\n| mini | join | join the cluster |\n"));
    const std::string leaves =
        comment([](model::Homelab& homelab) { testing::erase_node(homelab, "old"); });
    CHECK(leaves.starts_with("### ducksnest: 1 of 4 nodes changed\n"));
    CHECK(leaves.contains("- **Leaves:** old: drained, then deleted\n"));
    CHECK(leaves.contains("- **Evicted:** the pods on old: "));
}

TEST_CASE("comment: what only operators can do is theirs") {
    const std::string text = comment([](model::Homelab& homelab) {
        homelab.operators.push_back({.value = "ssh-ed25519 BBBB", .span = {}});
    });
    CHECK(text.contains("- **For the operators:** seal every key again for the operators\n"));
}

TEST_CASE("comment: files that no lock shows are named") {
    const auto same = [](model::Homelab&) {};
    CHECK(comment(same, {"flake.lock"})
              .contains("**Not in the lock:** `flake.lock` changed too. Every node is built from "
                        "other packages; whether one reboots shows when it is built"));
    CHECK(comment(same, {"hosts/ultra.nix"}).contains("Its nodes are built from other settings"));
}

TEST_CASE("comment: without anything before, and with a cost that was not known") {
    const plan::Plan plan = plan::make_plan(testing::owners_homelab());
    const std::string text = render_markdown({.plan = plan});
    CHECK(text.starts_with("### ducksnest: 4 nodes to set up\n\nThere was no lock before"));
    CHECK(text.contains("; what it was before is not known."));
}

TEST_CASE("comment: text of a change cannot leave its block") {
    const std::string text = comment([](model::Homelab& homelab) {
        homelab.timezone.value = "~~~\n~~~~\n# not a heading";
    });
    CHECK(text.contains("~~~~~text\n"));
    CHECK(text.contains("\n~~~~~\n"));
}

TEST_CASE("comment: a change of everything still fits") {
    const std::string text =
        comment([](model::Homelab& homelab) { homelab = testing::three_control_planes(); });
    CHECK(text.size() < 24'000);
}

} // namespace
} // namespace ducksnest::render
