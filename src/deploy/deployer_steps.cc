#include "deploy/deployer.h"

#include <fmt/format.h>

#include <algorithm>

/// What the steps of `NodeRun` do.
namespace ducksnest::deploy {
namespace {

/// Whether the call may have reached the node although no good answer came back.
bool may_have_worked(const Error& error) {
    return error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout ||
           error.code == ErrorCode::internal || error.code == ErrorCode::corrupt;
}

const Probe* first_bad(const std::vector<Probe>& probes, const std::set<std::string>& forgiven) {
    const auto found = std::ranges::find_if(probes, [&](const Probe& probe) {
        return !probe.is_good && !forgiven.contains(probe.name);
    });
    return found == probes.end() ? nullptr : &*found;
}

} // namespace

void Deployer::step(Moment& moment) {
    NodeRun& run = moment.run;
    const std::string& node = run.task().node;
    const auto take = [&](const Result<void>& done) {
        run.take(
            done ? StepEnd::good : StepEnd::bad, done ? std::string() : describe(done.error())
        );
    };
    switch (run.step()) {
    case Step::cordon:
        return take(doors_.cluster->cordon(node));
    case Step::drain:
        return take(doors_.cluster->drain(node, times_.drain, [] {}));
    case Step::begin:
        return begin(moment);
    case Step::await:
        return await(moment);
    case Step::probe:
        return probe(moment);
    case Step::confirm:
        return confirm(moment);
    case Step::revert:
        // Whether it was heard shows in how the node settles.
        run.take(link(node).revert(run.detail()) ? StepEnd::good : StepEnd::unknown, run.detail());
        return;
    case Step::settle:
        return settle(moment);
    case Step::uncordon:
        return take(doors_.cluster->uncordon(node));
    case Step::over:
        return;
    }
}

void Deployer::begin(Moment& moment) {
    const Task& task = moment.run.task();
    NodeLink& node = link(task.node);
    // A path that was broken before says nothing about the new system.
    if (const auto before = node.probe({.addresses = probes_for(task.node).addresses})) {
        for (const Probe& probe : *before) {
            if (!probe.is_good) {
                moment.forgiven.insert(probe.name);
            }
        }
    }
    if (doors_.cluster != nullptr && task.has_joined) {
        if (const auto health = doors_.cluster->health(task.node)) {
            moment.renewed = health->renewed;
        }
    }
    moment.since_begin = doors_.timer.elapsed();
    const Result<NodeReport> begun = node.begin(task, times_.patience);
    if (begun) {
        moment.run.take(StepEnd::good);
    } else {
        moment.run.take(
            may_have_worked(begun.error()) ? StepEnd::unknown : StepEnd::bad,
            describe(begun.error())
        );
    }
}

void Deployer::await(Moment& moment) {
    const Task& task = moment.run.task();
    const Duration end = moment.since_begin + times_.patience +
                         (task.way == Way::restart ? times_.restart : Duration());
    std::string detail = fmt::format("`{}` did not answer after the switch", task.node);
    while (doors_.timer.elapsed() < end) {
        const Result<NodeReport> report = link(task.node).status(task.system);
        if (!report) {
            detail = describe(report.error());
        } else if (const Trial& trial = report->trial; trial.token != link(task.node).token()) {
            return moment.run.take(StepEnd::went_back, "the switch did not begin");
        } else if (trial.phase == Phase::reverted) {
            return moment.run.take(StepEnd::went_back, trial.reason);
        } else if (trial.phase == Phase::trying) {
            if (trial.switch_exit == 0) {
                return moment.run.take(StepEnd::good);
            }
            return moment.run.take(
                StepEnd::bad,
                fmt::format(
                    "switch-to-configuration ended with {}: {}",
                    trial.switch_exit.value_or(-1),
                    trial.said
                )
            );
        }
        if (!doors_.timer.pause(times_.poll, {})) {
            break;
        }
    }
    moment.run.take(StepEnd::unknown, std::move(detail));
}

std::vector<Probe> Deployer::look_closely(const Moment& moment) {
    const Task& task = moment.run.task();
    std::vector<Probe> probes;
    const Result<NodeReport> report = link(task.node).status(task.system);
    probes.push_back(
        {.name = "ssh",
         .is_good = report.has_value(),
         .detail = report ? "answers on a fresh connection" : describe(report.error())}
    );
    if (!report) {
        return probes;
    }
    probes.push_back(
        {.name = "system", .is_good = report->current == task.system, .detail = report->current}
    );
    Result<std::vector<Probe>> seen = link(task.node).probe(probes_for(task.node));
    if (seen) {
        probes.insert(probes.end(), seen->begin(), seen->end());
    } else {
        probes.push_back({.name = "probes", .detail = describe(seen.error())});
    }
    if (doors_.cluster != nullptr && task.has_joined) {
        const Result<NodeHealth> health = doors_.cluster->health(task.node);
        const bool is_fresh = health && health->renewed > moment.renewed;
        probes.push_back(
            {.name = "node ready",
             .is_good = health && health->is_ready && is_fresh,
             .detail = !health             ? describe(health.error())
                       : !health->is_ready ? "not Ready: " + health->why
                       : !is_fresh         ? "its lease was not renewed since the switch"
                                           : "lease renewed at " + health->renewed}
        );
    }
    return probes;
}

void Deployer::probe(Moment& moment) {
    const Task& task = moment.run.task();
    const Duration end = doors_.timer.elapsed() + times_.settle;
    while (true) {
        moment.probes = look_closely(moment);
        const Probe* bad = first_bad(moment.probes, moment.forgiven);
        if (bad == nullptr) {
            return moment.run.take(StepEnd::good);
        }
        if (doors_.timer.elapsed() >= end || !doors_.timer.pause(times_.poll, {})) {
            return moment.run.take(
                StepEnd::bad, fmt::format("probe `{}`: {}", bad->name, bad->detail)
            );
        }
        // The node may have gone back meanwhile; then there is nothing left to look at.
        if (const auto report = link(task.node).status(task.system);
            report &&
            (report->trial.phase == Phase::reverted || report->trial.phase == Phase::reverting)) {
            return moment.run.take(
                StepEnd::bad, fmt::format("{}: {}", report->trial.reason, bad->detail)
            );
        }
    }
}

void Deployer::confirm(Moment& moment) {
    const Result<NodeReport> confirmed = link(moment.run.task().node).confirm();
    moment.run.take(
        confirmed ? StepEnd::good : StepEnd::unknown,
        confirmed ? std::string() : describe(confirmed.error())
    );
}

void Deployer::settle(Moment& moment) {
    const Task& task = moment.run.task();
    const Duration end = moment.since_begin + longest(task);
    while (doors_.timer.elapsed() < end) {
        if (const auto report = link(task.node).status(task.system)) {
            const Trial& trial = report->trial;
            const bool is_ours = trial.token == link(task.node).token();
            if (is_ours && trial.phase == Phase::confirmed) {
                return moment.run.take(StepEnd::good);
            }
            if (!is_ours || trial.phase == Phase::reverted) {
                return moment.run.take(StepEnd::went_back, is_ours ? trial.reason : "");
            }
            // The connection broke between the probes and the confirmation: it may be made again.
            if (trial.phase == Phase::trying && moment.run.detail().empty() &&
                link(task.node).confirm()) {
                return moment.run.take(StepEnd::good);
            }
        }
        if (!doors_.timer.pause(times_.poll, {})) {
            break;
        }
    }
    moment.run.take(
        StepEnd::unknown,
        fmt::format("`{}` does not answer; unconfirmed, it goes back by itself", task.node)
    );
}

} // namespace ducksnest::deploy
