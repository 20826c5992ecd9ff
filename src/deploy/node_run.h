#pragma once

#include "deploy/order.h"
#include "deploy/probe.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::deploy {

/// The next thing to do to a node.
enum class Step : std::uint8_t {
    cordon,
    drain,
    begin, ///< `activate switch`.
    await, ///< Until the new system runs, or the node has gone back.
    probe, ///< Until everything is well, or time is up.
    confirm,
    revert,
    settle, ///< Until the node has ended on one of both systems.
    uncordon,
    over,
};

std::string_view to_string(Step step);

/// How a step ended.
enum class StepEnd : std::uint8_t {
    good,
    bad,       ///< It did not work; `detail` says why.
    unknown,   ///< The node did not answer: it may have worked or not.
    went_back, ///< The node runs its previous system again.
};

enum class NodeOutcome : std::uint8_t {
    pending,   ///< Not begun, or not over.
    confirmed, ///< Runs and starts with the new system.
    unchanged, ///< Failed before anything was changed.
    reverted,  ///< Runs and starts with the previous system again.
    lost,      ///< Does not answer; it goes back by itself.
};

std::string_view to_string(NodeOutcome outcome);

/// The road of one node through a deployment: which step comes after which end. Pure.
class NodeRun {
public:
    explicit NodeRun(Task task);

    const Task& task() const { return task_; }
    Step step() const { return step_; }
    /// Pending until the step is `over`.
    NodeOutcome outcome() const { return step_ == Step::over ? outcome_ : NodeOutcome::pending; }
    /// Why it did not end well.
    const std::string& detail() const { return detail_; }
    /// The present step has ended.
    void take(StepEnd end, std::string detail = {});

private:
    void leave(NodeOutcome outcome, std::string detail);

    Task task_;
    Step step_;
    NodeOutcome outcome_ = NodeOutcome::pending;
    std::string detail_{};
};

} // namespace ducksnest::deploy
