#include "base/text.h"
#include "kube/bootstrap.h"
#include "kube/bootstrap_error.h"
#include "kube/owned.h"
#include "kube/readiness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// The stages of a bootstrap that change the cluster, and those that wait for it.
namespace ducksnest::kube {
namespace {

constexpr int prune_groups = 3;
constexpr Duration first_pause(100);
constexpr Duration longest_pause(3'000);

/// 12 s for what the server is just taking in: a namespace, a kind.
constexpr int rounds_max = 8;
/// 93 s for what it is just letting go. A cluster IP whose service was never stored, because its
/// caller died, is held for a minute (`ipallocator-repair-controller` of kube-apiserver 1.36: 60 s
/// of grace); a namespace on its way out takes about as long.
constexpr int rounds_held_max = 35;

Duration growing_pause(int round, Duration first, Duration longest) {
    return std::min(first * (std::int64_t{1} << std::min(round, 16)), longest);
}

/// How often to try again what may pass by itself within a phase: a namespace or kind that is not
/// quite there yet, or a name or address that is still being given up. An API server that is away
/// is the client's to wait for.
int rounds_for(ErrorCode code) {
    if (code == ErrorCode::conflict) {
        return rounds_held_max;
    }
    const bool may_come = code == ErrorCode::not_found || code == ErrorCode::unsupported;
    return may_come ? rounds_max : 0;
}

/// Objects first, then the kinds they are of, then the namespaces they were in.
int prune_group_of(const Ref& ref) {
    if (ref.kind == "Namespace") {
        return 2;
    }
    return ref.kind == "CustomResourceDefinition" ? 1 : 0;
}

} // namespace

std::optional<Batch> Bootstrap::apply_batch() {
    for (; phase_ < phase_count; ++phase_) {
        const auto phase = static_cast<Phase>(phase_);
        Batch batch = {
            .step = fmt::format("applying {}", to_string(phase)), .pause = {}, .actions = {}
        };
        batch.pause =
            round_ == 0 ? Duration() : growing_pause(round_ - 1, first_pause, longest_pause);
        batch_targets_.clear();
        for (std::size_t i = 0; i < targets_.size(); ++i) {
            const Target& target = targets_[i];
            if (target.is_due && turn_of(target) == phase) {
                batch_targets_.push_back(i);
                batch.actions.push_back(
                    {.verb = Verb::apply, .ref = target.ref, .body = target.object.body}
                );
            }
        }
        if (!batch.actions.empty()) {
            return batch;
        }
        if (phase == Phase::definitions) {
            const bool all_served = std::ranges::none_of(targets_, [&](const Target& target) {
                return !target.waiting.empty() && is_needed_now(target);
            });
            if (!all_served) {
                stage_ = Stage::serve;
                round_ = 0;
                return std::nullopt;
            }
        }
    }
    stage_ = Stage::prune;
    return std::nullopt;
}

Result<void> Bootstrap::take_applied(std::vector<Outcome> outcomes) {
    refused_.clear();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        Target& target = targets_[batch_targets_[i]];
        if (outcomes[i].error) {
            refused_.emplace_back(batch_targets_[i], *std::move(outcomes[i].error));
        } else {
            take_one_applied(target, outcomes[i]);
        }
    }
    const bool may_pass = std::ranges::all_of(refused_, [&](const auto& refusal) {
        return round_ < rounds_for(refusal.second.code);
    });
    if (!refused_.empty() && may_pass) {
        ++round_;
        const auto& [index, error] = refused_.front();
        summary_ = fmt::format("{} has to wait: {}", display(targets_[index].ref), error.message);
        return {};
    }
    summary_ = fmt::format("{} applied", count_of(outcomes.size() - refused_.size(), "object"));
    round_ = 0;
    return end_phase();
}

void Bootstrap::take_one_applied(Target& target, Outcome& outcome) {
    const std::string stored = owned_digest(outcome.object, ApplyOptions().field_manager);
    if (!target.exists) {
        report_.created.push_back(target.ref);
    } else if (stored != target.stored) {
        report_.configured.push_back(target.ref);
    }
    target.is_due = false;
    target.exists = true;
    target.stored = stored;
    target.waiting = readiness_of(outcome.object).waiting;
}

Result<void> Bootstrap::end_phase() {
    if (refused_.empty()) {
        return {};
    }
    std::vector<Refusal> refusals;
    for (auto& [index, error] : refused_) {
        refusals.push_back({.object = &targets_[index].object, .error = std::move(error)});
    }
    return std::unexpected(refusals_error(refusals));
}

/// A definition that nothing here uses comes with the settings: the server serves new kinds one
/// after another, and those that are waited for should not stand behind the rest.
Phase Bootstrap::turn_of(const Target& target) const {
    const bool can_wait = target.phase == Phase::definitions && !is_needed_now(target);
    return can_wait ? Phase::settings : target.phase;
}

/// Whether this defines the kind of an object that is to be applied next. The server takes its time
/// for each new kind, so nobody waits for one before it is used.
bool Bootstrap::is_needed_now(const Target& definition) const {
    if (definition.phase != Phase::definitions) {
        return false;
    }
    const std::string group = text_at(definition.object.body, "spec.group");
    const std::string kind = text_at(definition.object.body, "spec.names.kind");
    return std::ranges::any_of(targets_, [&](const Target& target) {
        return target.is_due && target.key.group == group && target.key.kind == kind;
    });
}

std::vector<std::string> Bootstrap::still_waiting() const {
    std::vector<std::string> lines;
    for (const Target& target : targets_) {
        if ((stage_ != Stage::serve || is_needed_now(target)) && !target.waiting.empty()) {
            lines.push_back(fmt::format("{}: {}", display(target.ref), target.waiting));
        }
    }
    return lines;
}

std::optional<Batch> Bootstrap::poll_batch(Duration now) {
    const bool is_serving = stage_ == Stage::serve;
    const Duration timeout = is_serving ? options_.serve_timeout : options_.rollout_timeout;
    if (!deadline_) {
        deadline_ = now + timeout;
    }
    const bool is_late = now >= *deadline_;
    Batch batch = {
        .step = is_serving ? "waiting for custom kinds to be served" : "waiting for rollouts",
        .pause = growing_pause(round_, Duration(20), Duration(is_serving ? 250 : 2'000)),
        .actions = {}
    };
    batch_targets_.clear();
    for (std::size_t i = 0; i < targets_.size() && !is_late; ++i) {
        const Target& target = targets_[i];
        if (!target.waiting.empty() && (!is_serving || is_needed_now(target))) {
            batch_targets_.push_back(i);
            batch.actions.push_back({.verb = Verb::get, .ref = target.ref});
        }
    }
    if (!batch.actions.empty()) {
        return batch;
    }
    deadline_.reset();
    round_ = 0;
    if (is_serving) {
        // Those that are late make the next phase fail, with a better message than "late".
        ++phase_;
        stage_ = Stage::apply;
    } else {
        report_.waiting = still_waiting();
        stage_ = Stage::done;
    }
    return std::nullopt;
}

Result<void> Bootstrap::take_poll(std::vector<Outcome> outcomes) {
    ++round_;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        Target& target = targets_[batch_targets_[i]];
        const std::optional<Error>& error = outcomes[i].error;
        if (error && error->code != ErrorCode::not_found) {
            return std::unexpected(*error);
        }
        target.waiting = error ? error->message : readiness_of(outcomes[i].object).waiting;
    }
    const std::vector<std::string> lines = still_waiting();
    summary_ = lines.empty() ? "all ready" : join(lines, "; ");
    return {};
}

std::optional<Batch> Bootstrap::prune_batch() {
    for (; prune_group_ < prune_groups; ++prune_group_) {
        Batch batch = {.step = "pruning", .pause = {}, .actions = {}};
        batch_keys_.clear();
        for (const auto& [key, entry] : stale_) {
            if (prune_group_of(entry.ref) == prune_group_) {
                batch_keys_.push_back(key);
                batch.actions.push_back({.verb = Verb::prune, .ref = entry.ref});
            }
        }
        if (!batch.actions.empty()) {
            return batch;
        }
    }
    stage_ = is_recorded(inventory_) && stale_.empty() && report_.pruned.empty() &&
                     report_.foreign.empty()
                 ? Stage::roll_out
                 : Stage::record;
    return std::nullopt;
}

Result<void> Bootstrap::take_pruned(std::vector<Outcome> outcomes) {
    std::optional<Error> problem;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const InventoryEntry& entry = stale_.at(batch_keys_[i]);
        if (outcomes[i].error) {
            problem = std::move(outcomes[i].error);
            problem->context.push_back("pruning " + display(entry.ref));
            continue;
        }
        if (outcomes[i].removal == Removal::foreign) {
            report_.foreign.push_back(entry.ref);
        } else {
            report_.pruned.push_back(entry.ref);
        }
        inventory_.entries.erase(batch_keys_[i]);
        stale_.erase(batch_keys_[i]);
    }
    if (problem) {
        return std::unexpected(*std::move(problem));
    }
    ++prune_group_;
    summary_ = fmt::format("{} pruned", count_of(report_.pruned.size(), "object"));
    return {};
}

} // namespace ducksnest::kube
