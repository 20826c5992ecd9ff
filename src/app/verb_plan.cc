#include "app/context.h"
#include "app/homelab.h"
#include "app/verbs.h"
#include "base/text.h"
#include "plan/plan.h"
#include "render/describe.h"
#include "render/lock.h"
#include "render/lock_diff.h"
#include "render/plan_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ducksnest::app {
namespace {

/// The committed lock, or nothing when there is none that can be compared.
Result<std::optional<Json>> read_lock(Context& context) {
    const std::string path(render::lock_file);
    const auto bytes = TRY(context.files().read(path));
    if (!bytes) {
        return std::nullopt;
    }
    Result<Json> lock = Json::parse(as_text(*bytes));
    const Json* schema = lock ? lock->find("schema") : nullptr;
    if (schema == nullptr || *schema != Json(render::lock_schema)) {
        context.warn(
            fmt::format("`{}` is no lock of this version, so nothing is compared with it", path),
            "`ducksnest render` writes it anew"
        );
        return std::nullopt;
    }
    return std::optional<Json>(*std::move(lock));
}

Result<const plan::NodePlan*> asked_node(Context& context, const plan::Plan& plan) {
    const std::optional<std::string> name = context.arguments().text("node");
    if (!name) {
        return nullptr;
    }
    if (const plan::NodePlan* node = plan.find_node(*name)) {
        return node;
    }
    std::vector<std::string> names;
    for (const plan::NodePlan& node : plan.nodes) {
        names.push_back(node.name);
    }
    const std::optional<std::string> meant = closest(*name, names);
    return fail(
        ErrorCode::not_found,
        fmt::format("no node is called `{}`", *name),
        meant ? fmt::format("did you mean `{}`?", *meant)
              : fmt::format("homelab.toml declares {}", count_of(names.size(), "node"))
    );
}

std::string changes_text(const render::LockDiff* diff, const render::DescribeStyle& style) {
    if (diff == nullptr) {
        return "no lock is committed yet: `ducksnest render` writes homelab.lock.json\n";
    }
    return std::string("against homelab.lock.json:") + (diff->empty() ? " " : "\n") +
           render::describe(*diff, style);
}

/// Only what concerns one node: its own changes, its profile's and the cluster's.
render::LockDiff restricted(const render::LockDiff& diff, const plan::NodePlan& node) {
    render::LockDiff own;
    for (const render::LockEdit& edit : diff.edits) {
        const bool is_other_node = edit.path[0] == "nodes" && edit.path[1] != node.name;
        const bool is_other_profile =
            edit.path[0] == "profiles" && edit.path[1] != node.profile->name;
        if (!is_other_node && !is_other_profile) {
            own.edits.push_back(edit);
        }
    }
    for (const auto& [what, nodes] : diff.consequences) {
        if (std::ranges::find(nodes, node.name) != nodes.end()) {
            own.consequences.emplace(what, std::vector<std::string>{node.name});
        }
    }
    return own;
}

Result<Exit> run_plan(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const plan::Plan plan = plan::make_plan(lab->homelab);
    const plan::NodePlan* node = TRY(asked_node(context, plan));
    std::optional<render::LockDiff> diff;
    if (const std::optional<Json> committed = TRY(read_lock(context))) {
        const Json wanted = TRY(Json::parse(render::render_lock(plan)));
        diff = render::diff_locks(*committed, wanted);
    }
    if (diff && node != nullptr) {
        diff = restricted(*diff, *node);
    }
    const render::LockDiff* changes = diff ? &*diff : nullptr;
    const Style out = context.out_style();
    const render::DescribeStyle style{.colour = out.colour, .width = out.width};
    if (context.options().json) {
        context.out(render::render_plan_json(plan, changes, node == nullptr ? "" : node->name));
    } else {
        context.out(
            node == nullptr ? render::describe(plan, style)
                            : render::describe_node(plan, *node, style)
        );
        context.out("\n" + changes_text(changes, style));
    }
    const bool differs = changes == nullptr || !changes->empty();
    return context.arguments().has("exit-code") && differs ? Exit::differences : Exit::done;
}

} // namespace

Command plan_command() {
    return {
        .path = "plan",
        .summary = "show what every node becomes, and what changes",
        .description =
            "Works out addresses, labels, taints, ports, units with their arguments, files, "
            "certificates, database members and pods from homelab.toml, and shows them. Then "
            "compares with the committed homelab.lock.json: what differs, which fact moved it, and "
            "what follows on which node: units that restart, certificates that are reissued, "
            "machines that reboot. Changes nothing.\n\n"
            "With --node it shows one node in full: every argument, file, rule and reason.",
        .flags =
            {{.name = "node", .value = Value::node, .metavar = "NAME", .summary = "one node in full"
             },
             {.name = "exit-code", .summary = "exit 4 when the committed lock is another plan"}},
        .examples =
            {{.command = "ducksnest plan", .says = "all nodes in short, and what changes"},
             {.command = "ducksnest plan --node firebat", .says = "every argument on firebat"},
             {.command = "ducksnest plan --exit-code --quiet", .says = "for a pipeline"}},
        .run = run_plan,
    };
}

} // namespace ducksnest::app
