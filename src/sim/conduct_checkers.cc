#include "sim/checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

/// What must have one writer has at most one at every moment, by what really runs.
class OneWriter : public Checker {
public:
    std::string_view name() const override { return "one writer"; }
    std::optional<std::string> check(const World& world) override {
        const Blueprint& blueprint = world.blueprint();
        for (WorkloadIndex workload = 0; workload < blueprint.workloads.size(); ++workload) {
            if (!blueprint.workloads[workload].exclusive) {
                continue;
            }
            for (std::uint32_t i = 0; i < blueprint.workloads[workload].replicas; ++i) {
                if (count_places(world, workload, i) > 1) {
                    return fmt::format("`{}-{}` runs twice", blueprint.workloads[workload].name, i);
                }
            }
        }
        int primaries = 0;
        for (MemberIndex member = 0; member < blueprint.members.size(); ++member) {
            primaries += world.database().is_primary(member) ? 1 : 0;
        }
        if (primaries > 1) {
            return "the database has two primaries";
        }
        return std::nullopt;
    }

private:
    static int count_places(const World& world, WorkloadIndex workload, std::uint32_t ordinal) {
        int places = 0;
        for (NodeIndex node = 0; node < world.blueprint().nodes.size(); ++node) {
            places += world.kubelets().find(node, workload, ordinal) != nullptr ? 1 : 0;
        }
        return places;
    }
};

/// Whoever leads the database has every commit that was acknowledged.
class NoLostCommit : public Checker {
public:
    std::string_view name() const override { return "no lost commit"; }
    std::optional<std::string> check(const World& world) override {
        const std::optional<MemberIndex> leader = world.database().leader();
        if (leader && !world.database().has_all_commits(*leader)) {
            return "the database's leader lacks acknowledged commits";
        }
        return std::nullopt;
    }
};

/// A node is Ready only while its lease is fresh enough for what the controllers have had time to
/// see since they lead, or since they last saw no zone at all.
class FreshLease : public Checker {
public:
    std::string_view name() const override { return "fresh lease"; }
    std::optional<std::string> check(const World& world) override {
        const Instant now = world.kernel().now();
        const NodeLifecycle& lifecycle = world.control_plane().lifecycle();
        if (!lifecycle.running() || lifecycle.all_zones_disrupted()) {
            watching_since_.reset();
            return std::nullopt;
        }
        if (!watching_since_ || leader_ != world.control_plane().leader()) {
            watching_since_ = now;
            leader_ = world.control_plane().leader();
        }
        for (NodeIndex node = 0; node < world.blueprint().nodes.size(); ++node) {
            const NodeObject& object = world.cluster().node(node);
            if (!object.posted || object.ready != Condition::true_) {
                continue;
            }
            const Instant sign =
                std::max(object.lease_renewed.value_or(object.created), *watching_since_);
            if (now - sign > lifecycle::monitor_grace + 2 * lifecycle::monitor_period) {
                return fmt::format(
                    "`{}` is Ready, but its lease is {} old",
                    world.cluster().name(node),
                    format_duration(now - sign)
                );
            }
        }
        return std::nullopt;
    }

private:
    std::optional<Instant> watching_since_{};
    std::optional<NodeIndex> leader_{};
};

/// A pod is deleted only after its node has been tainted for as long as the pod tolerates, and
/// never while the controllers see no zone alive.
class PatientEviction : public Checker {
public:
    std::string_view name() const override { return "patient eviction"; }
    std::optional<std::string> check(const World& world) override {
        const Instant now = world.kernel().now();
        tainted_since_.resize(world.blueprint().nodes.size());
        for (const Pod& pod : world.cluster().pods()) {
            if (deleting_.size() <= pod.id) {
                deleting_.resize(pod.id + 1, false);
            }
            if (!pod.deleting || deleting_[pod.id]) {
                continue;
            }
            deleting_[pod.id] = true;
            const std::optional<Instant> since =
                pod.node ? tainted_since_[*pod.node] : std::nullopt;
            if (!since || now - *since < lifecycle::toleration) {
                return fmt::format("`{}` was deleted before its toleration ran out", pod.name);
            }
            if (world.control_plane().lifecycle().all_zones_disrupted()) {
                return fmt::format("`{}` was deleted while no zone was alive", pod.name);
            }
        }
        for (NodeIndex node = 0; node < tainted_since_.size(); ++node) {
            if (!world.cluster().node(node).taints.any_no_execute()) {
                tainted_since_[node].reset();
            } else if (!tainted_since_[node]) {
                tainted_since_[node] = now;
            }
        }
        return std::nullopt;
    }

private:
    std::vector<std::optional<Instant>> tainted_since_{};
    std::vector<bool> deleting_{}; ///< By pod.
};

/// A zone whose machines are all without power, while a node of another zone is Ready and the same
/// controllers lead: after the time that Kubernetes' rules allow, no pod is still bound there.
class DarkZone : public Checker {
public:
    std::string_view name() const override { return "dark zone is evicted"; }
    std::optional<std::string> check(const World& world) override {
        const Blueprint& blueprint = world.blueprint();
        dark_since_.resize(blueprint.zones.size());
        for (std::uint32_t zone = 0; zone < blueprint.zones.size(); ++zone) {
            if (!is_dark(world, zone) || leader_ != world.control_plane().leader()) {
                dark_since_[zone].reset();
                continue;
            }
            const Instant now = world.kernel().now();
            dark_since_[zone] = dark_since_[zone].value_or(now);
            if (now - *dark_since_[zone] <= bound(blueprint, zone)) {
                continue;
            }
            for (const Pod& pod : world.cluster().pods()) {
                if (pod.node && !pod.deleting && blueprint.nodes[*pod.node].zone == zone) {
                    return fmt::format(
                        "`{}` still stands on `{}`, {} after its zone went dark",
                        pod.name,
                        world.cluster().name(*pod.node),
                        format_duration(now - *dark_since_[zone])
                    );
                }
            }
        }
        leader_ = world.control_plane().leader();
        return std::nullopt;
    }

private:
    static Duration bound(const Blueprint& blueprint, std::uint32_t zone) {
        const auto size = std::ranges::count(blueprint.nodes, zone, &NodeBlueprint::zone);
        return lifecycle::monitor_grace + 2 * lifecycle::monitor_period + lifecycle::toleration +
               std::chrono::seconds(10) * (size + 1);
    }
    static bool is_dark(const World& world, std::uint32_t zone) {
        const NodeLifecycle& lifecycle = world.control_plane().lifecycle();
        bool any = false;
        bool other_lives = false;
        for (NodeIndex node = 0; node < world.blueprint().nodes.size(); ++node) {
            if (world.blueprint().nodes[node].zone != zone) {
                other_lives =
                    other_lives || (world.is_ready(node) && world.machines().running(node));
                continue;
            }
            if (!world.machines().off(node)) {
                return false;
            }
            any = any || world.cluster().node(node).registered;
        }
        return any && other_lives && lifecycle.running() && !lifecycle.all_zones_disrupted();
    }

    std::vector<std::optional<Instant>> dark_since_{};
    std::optional<NodeIndex> leader_{};
};

} // namespace

std::vector<std::unique_ptr<Checker>> conduct_checkers() {
    std::vector<std::unique_ptr<Checker>> checkers;
    checkers.push_back(std::make_unique<OneWriter>());
    checkers.push_back(std::make_unique<NoLostCommit>());
    checkers.push_back(std::make_unique<FreshLease>());
    checkers.push_back(std::make_unique<PatientEviction>());
    checkers.push_back(std::make_unique<DarkZone>());
    return checkers;
}

} // namespace ducksnest::sim
