#include "sim/checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {
namespace {

const WorkloadBlueprint& wish_of(const World& world, const Pod& pod) {
    return world.blueprint().workloads[pod.workload];
}

/// No pod's processes run on two machines.
class OnePlace : public Checker {
public:
    std::string_view name() const override { return "one place"; }
    std::optional<std::string> check(const World& world) override {
        const Kubelets& kubelets = world.kubelets();
        std::vector<PodId> seen;
        for (NodeIndex node = 0; node < world.blueprint().nodes.size(); ++node) {
            for (const Container& container : kubelets.containers(node)) {
                if (std::ranges::find(seen, container.pod) != seen.end()) {
                    return fmt::format("pod {} runs in two places", container.pod);
                }
                seen.push_back(container.pod);
            }
        }
        return std::nullopt;
    }
};

/// The requests of the pods on a node fit into what it has for pods, counted anew.
class Allocatable : public Checker {
public:
    std::string_view name() const override { return "allocatable"; }
    std::optional<std::string> check(const World& world) override {
        const std::vector<NodeBlueprint>& nodes = world.blueprint().nodes;
        cpu_.assign(nodes.size(), 0);
        memory_.assign(nodes.size(), 0);
        for (const Pod& pod : world.cluster().pods()) {
            if (pod.node) {
                cpu_[*pod.node] += wish_of(world, pod).cpu_millis;
                memory_[*pod.node] += wish_of(world, pod).memory;
            }
        }
        for (NodeIndex node = 0; node < nodes.size(); ++node) {
            if (cpu_[node] > nodes[node].cpu_millis || memory_[node] > nodes[node].memory) {
                return fmt::format(
                    "pods on `{}` ask for {}m and {} MiB of {}m and {} MiB",
                    nodes[node].name,
                    cpu_[node],
                    memory_[node],
                    nodes[node].cpu_millis,
                    nodes[node].memory
                );
            }
        }
        return std::nullopt;
    }

private:
    std::vector<std::int64_t> cpu_{};
    std::vector<std::int64_t> memory_{};
};

/// Two pods that must not share a node do not.
class AntiAffinity : public Checker {
public:
    std::string_view name() const override { return "anti-affinity"; }
    std::optional<std::string> check(const World& world) override {
        const std::vector<Pod>& pods = world.cluster().pods();
        for (std::size_t i = 0; i < pods.size(); ++i) {
            if (!pods[i].node || !wish_of(world, pods[i]).anti_affinity) {
                continue;
            }
            for (std::size_t j = 0; j < i; ++j) {
                if (pods[j].workload == pods[i].workload && pods[j].node == pods[i].node) {
                    return fmt::format("`{}` and `{}` share a node", pods[j].name, pods[i].name);
                }
            }
        }
        return std::nullopt;
    }
};

/// A stable name is held by one Pod object at a time.
class StableNames : public Checker {
public:
    std::string_view name() const override { return "stable names"; }
    std::optional<std::string> check(const World& world) override {
        const std::vector<Pod>& pods = world.cluster().pods();
        for (std::size_t i = 0; i < pods.size(); ++i) {
            if (!has_stable_names(wish_of(world, pods[i]))) {
                continue;
            }
            for (std::size_t j = 0; j < i; ++j) {
                if (pods[j].workload == pods[i].workload && pods[j].ordinal == pods[i].ordinal) {
                    return fmt::format("there are two pods `{}`", pods[i].name);
                }
            }
        }
        return std::nullopt;
    }
};

/// A pod is placed only where it tolerates every taint: the plan's, and at the moment of placing
/// those of a node that is not Ready.
class Tolerates : public Checker {
public:
    std::string_view name() const override { return "tolerates"; }
    std::optional<std::string> check(const World& world) override {
        for (const Pod& pod : world.cluster().pods()) {
            if (placed_.size() <= pod.id) {
                placed_.resize(pod.id + 1, false);
            }
            if (!pod.node || placed_[pod.id]) {
                continue;
            }
            placed_[pod.id] = true;
            if (std::optional<std::string> broken = check_new(world, pod)) {
                return broken;
            }
        }
        return std::nullopt;
    }

private:
    static std::optional<std::string> check_new(const World& world, const Pod& pod) {
        const std::string& node = world.cluster().name(*pod.node);
        const ConditionTaints& taints = world.cluster().node(*pod.node).taints;
        if (taints.not_ready_no_schedule || taints.unreachable_no_schedule) {
            return fmt::format("`{}` was placed on `{}`, which is not Ready", pod.name, node);
        }
        for (const PlannedTaint& taint : world.blueprint().nodes[*pod.node].taints) {
            if (taint.effect != Effect::prefer_no_schedule &&
                !tolerates(wish_of(world, pod), taint)) {
                return fmt::format(
                    "`{}` was placed on `{}` in spite of `{}`", pod.name, node, taint.key
                );
            }
        }
        return std::nullopt;
    }

    std::vector<bool> placed_{}; ///< By pod.
};

} // namespace

std::vector<std::unique_ptr<Checker>> placement_checkers() {
    std::vector<std::unique_ptr<Checker>> checkers;
    checkers.push_back(std::make_unique<OnePlace>());
    checkers.push_back(std::make_unique<Allocatable>());
    checkers.push_back(std::make_unique<AntiAffinity>());
    checkers.push_back(std::make_unique<StableNames>());
    checkers.push_back(std::make_unique<Tolerates>());
    return checkers;
}

} // namespace ducksnest::sim
