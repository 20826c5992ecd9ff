#include "plan/database.h"

#include "plan/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace ducksnest::plan {
namespace {

/// Room on the disk for the system, images and logs beside the database's volume.
constexpr model::Mebibytes disk_reserve = 10LL * 1024;

/// Why a node cannot carry a member; empty when it can.
std::string refusal(const Machine& machine, const model::Database& database) {
    const model::Node& node = *machine.node;
    if (machine.memory_class == MemoryClass::small) {
        return fmt::format("`{}` is a small machine ({} MiB)", node.name, *node.memory);
    }
    if (machine.left.memory < *database.memory) {
        return fmt::format(
            "`{}` has {} MiB for pods, a member asks for {} MiB",
            node.name,
            machine.left.memory,
            *database.memory
        );
    }
    if (machine.left.millicpus < database_millicpus) {
        return fmt::format(
            "`{}` has {}m processors for pods, a member asks for {}m",
            node.name,
            machine.left.millicpus,
            database_millicpus
        );
    }
    if (*node.disk < *database.storage + disk_reserve) {
        return fmt::format(
            "`{}` has a disk of {} MiB, a member needs {} MiB and the system {} MiB",
            node.name,
            *node.disk,
            *database.storage,
            disk_reserve
        );
    }
    return "";
}

/// A site's nodes that can carry a member, best first.
using Candidates = std::vector<const Machine*>;

/// Sites with candidates, the one that starts as primary first.
std::vector<Candidates> candidate_sites(const Context& context) {
    std::map<std::string_view, Candidates> by_site;
    for (const Machine& machine : context.machines) {
        if (refusal(machine, *context.homelab->database).empty()) {
            by_site[machine.site->name].push_back(&machine);
        }
    }
    std::vector<Candidates> sites;
    for (auto& [site, candidates] : by_site) {
        std::ranges::stable_sort(candidates, {}, [](const Machine* machine) {
            return std::tuple(*machine->node->role != model::Role::worker, -machine->left.memory);
        });
        sites.push_back(std::move(candidates));
    }
    // The owner's own machines cost nothing and are the reason for the homelab.
    std::ranges::stable_sort(sites, {}, [](const Candidates& candidates) {
        return std::tuple(
            candidates.front()->site->provider != model::Provider::own,
            -static_cast<std::int64_t>(candidates.size())
        );
    });
    return sites;
}

DatabaseMember member(const Machine& machine, std::string why) {
    return {
        .node = machine.node->name,
        .site = machine.site->name,
        .synchronous = false,
        .sync_priority = 1,
        .why = std::move(why),
    };
}

std::vector<DatabaseMember> place(const std::vector<Candidates>& sites, bool is_synchronous) {
    const Candidates& home = sites.front();
    std::vector<DatabaseMember> members{member(
        *home[0],
        fmt::format("starts as primary: most memory for pods in `{}`", home[0]->site->name)
    )};
    if (home.size() > 1) {
        members.push_back(member(
            *home[1],
            fmt::format("takes over when `{}` fails, without leaving the site", home[0]->node->name)
        ));
    }
    if (sites.size() > 1) {
        const Machine& away = *sites[1].front();
        members.push_back(member(
            away,
            is_synchronous
                ? fmt::format(
                      "synchronous: has every commit, so it may be promoted when `{}` is lost",
                      home[0]->site->name
                  )
                : fmt::format("asynchronous: promoted when `{}` is lost", home[0]->site->name)
        ));
        members.back().synchronous = is_synchronous;
        members.back().sync_priority = 2;
    } else if (members.size() > 1) {
        members.back().synchronous = is_synchronous;
    }
    return members;
}

void refuse(DatabasePlan& plan, DatabaseProblem problem, std::string arithmetic, std::string help) {
    plan.problem = problem;
    plan.arithmetic.push_back(std::move(arithmetic));
    plan.help = std::move(help);
}

/// With a standby in another site: is its failover fast enough?
void judge_failover(const model::Database& database, DatabasePlan& plan) {
    const FailoverTimings timings;
    if (*database.rto >= timings.failover()) {
        return;
    }
    refuse(
        plan,
        DatabaseProblem::rto,
        fmt::format(
            "a failover takes ttl {} + loop_wait {} + promotion {} = {}",
            format_duration(timings.ttl),
            format_duration(timings.loop_wait),
            format_duration(timings.promotion),
            format_duration(timings.failover())
        ),
        fmt::format("write `rto = \"{}\"` or more", format_duration(timings.failover()))
    );
}

/// Without one: the only road back is the backup bucket and a bought machine.
void judge_restore(const Context& context, DatabasePlan& plan) {
    const model::Homelab& homelab = *context.homelab;
    const model::Database& database = *homelab.database;
    const RestoreTimings timings;
    const std::string lone_site =
        fmt::format("every possible member stands in `{}`", plan.members.front().site);
    const bool can_restore = database.bucket && homelab.dr && *homelab.dr->max_replacements > 0 &&
                             *homelab.dr->site != plan.members.front().site;
    if (*database.rpo < timings.archive_timeout || !can_restore) {
        refuse(
            plan,
            DatabaseProblem::rpo,
            fmt::format(
                "{}; when it is lost, the newest copy is {}",
                lone_site,
                can_restore ? fmt::format(
                                  "the backup bucket's, up to {} old",
                                  format_duration(timings.archive_timeout)
                              )
                            : std::string("lost with it")
            ),
            fmt::format(
                "give another site a node with {} MiB for pods, or ask for less", *database.memory
            )
        );
        return;
    }
    const Duration restore =
        std::chrono::seconds(*database.storage / timings.mebibytes_per_second + 1);
    const Duration total = *homelab.dr->confirm + timings.machine + restore;
    if (*database.rto >= total) {
        return;
    }
    refuse(
        plan,
        DatabaseProblem::rto,
        fmt::format(
            "{}; restoring elsewhere takes confirm {} + machine {} + {} MiB at {} MiB/s {} = {}",
            lone_site,
            format_duration(*homelab.dr->confirm),
            format_duration(timings.machine),
            *database.storage,
            timings.mebibytes_per_second,
            format_duration(restore),
            format_duration(total)
        ),
        fmt::format("write `rto = \"{}\"` or more, or add a second site", format_duration(total))
    );
}

} // namespace

DatabasePlan plan_database(const Context& context) {
    const model::Database& database = *context.homelab->database;
    const std::vector<Candidates> sites = candidate_sites(context);
    DatabasePlan plan;
    if (sites.empty()) {
        constexpr std::size_t shown_max = 8;
        for (std::size_t i = 0; i < std::min(context.machines.size(), shown_max); ++i) {
            plan.arithmetic.push_back(refusal(context.machines[i], database));
        }
        plan.problem = DatabaseProblem::fits_nowhere;
        plan.help = "ask for less `memory` or `storage`, or add a larger node";
        return plan;
    }
    const bool is_synchronous = *database.rpo < FailoverTimings().ttl;
    plan.members = place(sites, is_synchronous);
    if (sites.size() > 1) {
        judge_failover(database, plan);
    } else {
        judge_restore(context, plan);
    }
    return plan;
}

} // namespace ducksnest::plan
