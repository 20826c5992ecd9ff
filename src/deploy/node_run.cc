#include "deploy/node_run.h"

#include <utility>

namespace ducksnest::deploy {

std::string_view to_string(Step step) {
    switch (step) {
    case Step::cordon:
        return "cordon";
    case Step::drain:
        return "drain";
    case Step::begin:
        return "begin";
    case Step::await:
        return "switch";
    case Step::probe:
        return "probe";
    case Step::confirm:
        return "confirm";
    case Step::revert:
        return "revert";
    case Step::settle:
        return "settle";
    case Step::uncordon:
        return "uncordon";
    case Step::over:
        return "over";
    }
    return "";
}

std::string_view to_string(NodeOutcome outcome) {
    switch (outcome) {
    case NodeOutcome::pending:
        return "pending";
    case NodeOutcome::confirmed:
        return "confirmed";
    case NodeOutcome::unchanged:
        return "unchanged";
    case NodeOutcome::reverted:
        return "reverted";
    case NodeOutcome::lost:
        return "lost";
    }
    return "";
}

NodeRun::NodeRun(Task task)
    : task_(std::move(task))
    , step_(task_.drains ? Step::cordon : Step::begin) {}

void NodeRun::leave(NodeOutcome outcome, std::string detail) {
    outcome_ = outcome;
    if (detail_.empty()) {
        detail_ = std::move(detail);
    } else if (!detail.empty() && detail != detail_) {
        detail_ += "; " + detail;
    }
    // Pods must not come back to a node of which nobody knows how it ends.
    step_ = task_.drains && outcome != NodeOutcome::lost ? Step::uncordon : Step::over;
}

void NodeRun::take(StepEnd end, std::string detail) {
    const bool is_good = end == StepEnd::good;
    switch (step_) {
    case Step::cordon:
    case Step::drain:
        if (!is_good) {
            return leave(NodeOutcome::unchanged, std::move(detail));
        }
        step_ = step_ == Step::cordon ? Step::drain : Step::begin;
        return;
    case Step::begin:
        if (end == StepEnd::bad) {
            return leave(NodeOutcome::unchanged, std::move(detail));
        }
        step_ = Step::await;
        return;
    case Step::await:
    case Step::probe:
        if (is_good) {
            step_ = step_ == Step::await ? Step::probe : Step::confirm;
        } else if (end == StepEnd::went_back) {
            leave(NodeOutcome::reverted, std::move(detail));
        } else {
            detail_ = std::move(detail);
            step_ = Step::revert;
        }
        return;
    case Step::confirm:
        if (is_good) {
            return leave(NodeOutcome::confirmed, "");
        }
        // The answer may be lost, or the node may have gone back a moment before.
        step_ = Step::settle;
        return;
    case Step::revert:
        step_ = Step::settle;
        return;
    case Step::settle:
        if (is_good) {
            detail_.clear();
            return leave(NodeOutcome::confirmed, "");
        }
        return leave(
            end == StepEnd::went_back ? NodeOutcome::reverted : NodeOutcome::lost, std::move(detail)
        );
    case Step::uncordon:
        if (!is_good && detail_.empty()) {
            detail_ = std::move(detail);
        }
        step_ = Step::over;
        return;
    case Step::over:
        return;
    }
}

} // namespace ducksnest::deploy
