#include "app/context.h"
#include "app/homelab.h"
#include "app/plan_base.h"
#include "app/verbs.h"
#include "base/text.h"
#include "plan/plan.h"
#include "plan/prices.h"
#include "render/describe.h"
#include "render/describe_cost.h"
#include "render/lock.h"
#include "render/lock_diff.h"
#include "render/markdown.h"
#include "render/plan_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

namespace ducksnest::app {
namespace {

Result<const plan::NodePlan*> asked_node(Context& context, const plan::Plan& plan) {
    const std::optional<std::string> name = context.arguments().text("node");
    if (!name) {
        return nullptr;
    }
    if (const plan::NodePlan* node = plan.find_node(*name)) {
        return node;
    }
    std::vector<std::string> names;
    names.reserve(plan.nodes.size());
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

std::string changes_text(
    const render::LockDiff* diff, const std::string& base, const render::DescribeStyle& style
) {
    if (diff == nullptr) {
        return "no lock is committed yet: `ducksnest render` writes homelab.lock.json\n";
    }
    return fmt::format(
        "against {}:{}{}", base, diff->empty() ? " " : "\n", render::describe(*diff, style)
    );
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
    if (const auto impact = diff.impacts.find(node.name); impact != diff.impacts.end()) {
        own.impacts.insert(*impact);
    }
    return own;
}

/// Which flags do not go together, or nothing.
std::optional<Error> contradiction(const Arguments& arguments, bool json) {
    const auto both = [&](std::string_view one, std::string_view other) {
        return arguments.has(one) && arguments.has(other);
    };
    const auto clash = [](std::string_view one, std::string_view other) {
        return Error{
            .code = ErrorCode::invalid,
            .message = fmt::format("`{}` and `{}` do not go together", one, other),
            .help = "leave one of them out"
        };
    };
    if (both("cost", "markdown")) {
        return clash("--cost", "--markdown");
    }
    if (both("node", "markdown")) {
        return clash("--node", "--markdown");
    }
    if (both("node", "cost")) {
        return clash("--node", "--cost");
    }
    if (both("base", "cost")) {
        return clash("--base", "--cost");
    }
    if (json && arguments.has("markdown")) {
        return clash("--json", "--markdown");
    }
    return std::nullopt;
}

/// Prices change; a table that nobody has looked at for a year is told as such.
void warn_of_old_prices(Context& context, const plan::Cost& cost) {
    constexpr std::chrono::days year{365};
    for (const plan::PriceReading& reading : cost.readings) {
        if (reading.as_of.empty()) {
            context.warn(
                fmt::format("no prices are known in `{}`: the sum is not whole", reading.region),
                fmt::format("known are {}", join(plan::priced_region_names(), ", "))
            );
        } else if (const auto read = parse_time(reading.as_of + "T00:00:00Z");
                   read && context.clock().now() - *read > year) {
            context.warn(
                fmt::format("the prices of `{}` are of {}", reading.region, reading.as_of),
                "compare with https://calculator.aws before you rely on them"
            );
        }
    }
}

Exit show_cost(Context& context, const plan::Cost& cost, const render::DescribeStyle& style) {
    context.out(
        context.options().json ? render::render_cost_json(cost) : render::describe(cost, style)
    );
    warn_of_old_prices(context, cost);
    return Exit::done;
}

void show_plan(
    Context& context,
    const plan::Plan& plan,
    const plan::NodePlan* node,
    const PlanBase& base,
    const render::LockDiff* changes
) {
    const Style out = context.out_style();
    const render::DescribeStyle style{.colour = out.colour, .width = out.width};
    if (context.options().json) {
        context.out(render::render_plan_json(plan, changes, node == nullptr ? "" : node->name));
    } else if (context.arguments().has("markdown")) {
        context.out(render::render_markdown({
            .plan = plan,
            .diff = changes,
            .cost_before = base.cost ? &*base.cost : nullptr,
            .other_files = base.files,
        }));
    } else {
        context.out(
            node == nullptr ? render::describe(plan, style)
                            : render::describe_node(plan, *node, style)
        );
        context.out("\n" + changes_text(changes, base.name, style));
    }
}

Result<Exit> run_plan(Context& context) {
    if (const auto error = contradiction(context.arguments(), context.options().json)) {
        return context.report(*error, Exit::usage);
    }
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const plan::Plan plan = plan::make_plan(lab->homelab);
    if (context.arguments().has("cost")) {
        const Style out = context.out_style();
        return show_cost(context, plan.cost, {.colour = out.colour, .width = out.width});
    }
    const plan::NodePlan* node = TRY(asked_node(context, plan));
    const std::optional<std::string> folder = context.arguments().text("base");
    const PlanBase base = TRY(folder ? folder_base(context, *folder) : committed_base(context));
    std::optional<render::LockDiff> diff;
    if (base.lock) {
        const Json wanted = TRY(Json::parse(render::render_lock(plan)));
        diff = render::diff_locks(*base.lock, wanted);
    }
    if (diff && node != nullptr) {
        diff = restricted(*diff, *node);
    }
    const render::LockDiff* changes = diff ? &*diff : nullptr;
    show_plan(context, plan, node, base, changes);
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
            "With --node it shows one node in full: every argument, file, rule and reason. With "
            "--cost it shows what AWS asks for it per month, line by line, by a price list that "
            "is compiled in and says its date. With --base the comparison is with the homelab in "
            "another folder, such as the base branch of a pull request; --markdown writes that as "
            "a comment: what reboots, what is evicted, what it costs before and after.",
        .flags =
            {{.name = "node", .value = Value::node, .metavar = "NAME", .summary = "one node in full"
             },
             {.name = "cost", .summary = "what it costs per month, and in an outage"},
             {.name = "markdown", .summary = "the change as a comment for a pull request"},
             {.name = "base",
              .value = Value::folder,
              .metavar = "DIR",
              .summary = "compare with the homelab in this folder"},
             {.name = "exit-code", .summary = "exit 4 when the committed lock is another plan"}},
        .examples =
            {{.command = "ducksnest plan", .says = "all nodes in short, and what changes"},
             {.command = "ducksnest plan --node firebat", .says = "every argument on firebat"},
             {.command = "ducksnest plan --cost", .says = "the bill, item by item"},
             {.command = "ducksnest plan --markdown --base ../main", .says = "what a branch changes"
             },
             {.command = "ducksnest plan --exit-code --quiet", .says = "for a pipeline"}},
        .run = run_plan,
    };
}

} // namespace ducksnest::app
