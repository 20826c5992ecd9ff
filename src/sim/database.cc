#include "sim/database.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

/// Patroni's defaults; the rule is loop_wait + 2 x retry_timeout <= ttl.
constexpr Duration ttl = std::chrono::seconds(30);
constexpr Duration loop_wait = std::chrono::seconds(10);
constexpr Duration retry_timeout = std::chrono::seconds(10);
static_assert(loop_wait + 2 * retry_timeout <= ttl);

} // namespace

Database::Database(
    Cluster& cluster, Kernel& kernel, const ControlPlane& control_plane, const Kubelets& kubelets
)
    : cluster_(&cluster)
    , kernel_(&kernel)
    , control_plane_(&control_plane)
    , kubelets_(&kubelets)
    , prng_(kernel.fork())
    , members_(cluster.blueprint().members.size()) {}

void Database::start() {
    for (MemberIndex member = 0; member < members_.size(); ++member) {
        kernel_->after(
            Duration(prng_.between(0, loop_wait.count() - 1)), EventKind::database_loop, member
        );
    }
}

const std::string& Database::name(MemberIndex member) const {
    return cluster_->name(cluster_->blueprint().members[member].node);
}

std::uint32_t Database::process(MemberIndex member) const {
    const NodeIndex node = cluster_->blueprint().members[member].node;
    const Container* container = kubelets_->find(node, *cluster_->blueprint().database, member);
    return container == nullptr ? 0 : container->process;
}

bool Database::runs(MemberIndex member) const {
    const std::uint32_t running = process(member);
    return running != 0 && running == members_[member].process;
}

bool Database::reaches(MemberIndex from, MemberIndex to) const {
    const Blueprint& blueprint = cluster_->blueprint();
    return control_plane_->network().reachable(
        blueprint.nodes[blueprint.members[from].node].site,
        blueprint.nodes[blueprint.members[to].node].site
    );
}

bool Database::wants_sync() const {
    return std::ranges::any_of(cluster_->blueprint().members, &MemberBlueprint::synchronous);
}

bool Database::is_primary(MemberIndex member) const {
    return members_[member].primary && runs(member);
}

bool Database::is_streaming(MemberIndex member) const {
    return members_[member].streaming && runs(member) && leader_ && is_primary(*leader_) &&
           reaches(member, *leader_);
}

bool Database::writable() const {
    if (!leader_ || !is_primary(*leader_)) {
        return false;
    }
    return !wants_sync() || members_.size() < 2 || (sync_ && is_streaming(*sync_));
}

bool Database::handle(const Event& event) {
    if (event.kind != EventKind::database_loop) {
        return false;
    }
    turn(event.subject);
    kernel_->after(loop_wait, EventKind::database_loop, event.subject);
    return true;
}

void Database::turn(MemberIndex member) {
    Member& self = members_[member];
    if (!runs(member)) {
        // Whatever it was, that process is gone; a new one starts as nobody.
        self.process = process(member);
        self.primary = false;
        self.streaming = false;
    }
    if (self.process == 0) {
        return;
    }
    const bool store = control_plane_->reachable_from(cluster_->blueprint().members[member].node);
    if (!store) {
        if (self.primary && kernel_->now() >= renewed_ + loop_wait + retry_timeout) {
            step_down(member);
        }
        return;
    }
    if (leader_ == member && self.primary) {
        lead(member);
    } else if (leader_ && leader_ != member && kernel_->now() <= renewed_ + ttl) {
        follow(member);
    } else {
        contend(member);
    }
}

void Database::lead(MemberIndex member) {
    renewed_ = kernel_->now();
    choose_sync_standby(member);
}

void Database::choose_sync_standby(MemberIndex primary) {
    if (!wants_sync()) {
        return;
    }
    const std::vector<MemberBlueprint>& plan = cluster_->blueprint().members;
    std::optional<MemberIndex> best;
    for (MemberIndex member = 0; member < members_.size(); ++member) {
        const bool eligible = member != primary && is_streaming(member);
        if (eligible && (!best || plan[member].sync_priority > plan[*best].sync_priority)) {
            best = member;
        }
    }
    if (!best || best == sync_) {
        // Strict: with nobody to wait for, commits wait; the old name stays in the store.
        return;
    }
    sync_ = best;
    for (MemberIndex member = 0; member < members_.size(); ++member) {
        members_[member].complete = member == primary || member == *best;
    }
    kernel_->sometimes(Mark::database_sync_changed);
    kernel_->say(
        Topic::database,
        name(*best),
        fmt::format("is the synchronous standby of `{}`", name(primary))
    );
}

void Database::follow(MemberIndex member) {
    Member& self = members_[member];
    if (self.primary) {
        step_down(member);
    }
    if (!self.streaming && is_primary(*leader_) && reaches(member, *leader_)) {
        self.streaming = true;
        // Asynchronous: what it may lack is what the owner has agreed to lose.
        self.complete = self.complete || !wants_sync();
        kernel_->changed();
    }
}

void Database::contend(MemberIndex member) {
    // The first to come up bootstraps; afterwards only who surely has every commit may lead.
    const bool designated = !initialized_ && member == 0;
    const bool keeps_history = initialized_ && members_[member].complete &&
                               (member == leader_ || member == sync_ || !wants_sync());
    if (designated || keeps_history) {
        promote(member);
    }
}

void Database::promote(MemberIndex member) {
    const bool failover = initialized_ && leader_ != member;
    Member& self = members_[member];
    self.primary = true;
    self.streaming = false;
    self.complete = true;
    initialized_ = true;
    leader_ = member;
    renewed_ = kernel_->now();
    for (MemberIndex other = 0; other < members_.size(); ++other) {
        if (other != member) {
            members_[other].streaming = false;
            members_[other].complete = members_[other].complete && wants_sync();
        }
    }
    if (failover) {
        kernel_->sometimes(Mark::database_promoted);
    }
    kernel_->say(
        Topic::database,
        name(member),
        failover ? "is promoted: it has every commit" : "is the primary"
    );
}

void Database::step_down(MemberIndex member) {
    members_[member].primary = false;
    kernel_->sometimes(Mark::database_demoted);
    kernel_->say(Topic::database, name(member), "steps down: it cannot renew its lease");
}

} // namespace ducksnest::sim
