#include "kube/bootstrap_run.h"

#include "kube/owned.h"
#include "kube/readiness.h"

#include <mutex>

namespace ducksnest::kube {
namespace {

Outcome outcome_of(Result<Json> result) {
    Outcome outcome;
    if (result) {
        outcome.object = *std::move(result);
    } else {
        outcome.error = std::move(result).error();
    }
    return outcome;
}

Outcome list_lives(Kube& kube, const ListQuery& query) {
    Outcome outcome;
    const std::string manager = ApplyOptions().field_manager;
    const Result<std::string> done = kube.list(query, [&](const Json& object) {
        if (const Result<Ref> ref = ref_of(object)) {
            outcome.lives.push_back(
                {.key = key_of(*ref),
                 .stored = owned_digest(object, manager),
                 .waiting = readiness_of(object).waiting}
            );
        }
        return true;
    });
    if (!done) {
        outcome.error = done.error();
    }
    return outcome;
}

Outcome rehearse(Kube& kube, const Action& action) {
    Outcome outcome;
    const Result<Json> live = kube.get(action.ref);
    outcome.is_new = !live && live.error().code == ErrorCode::not_found;
    if (!live && !outcome.is_new) {
        outcome.error = live.error();
        return outcome;
    }
    const Result<Json> after = kube.apply(action.body, {.mode = Mode::dry_run});
    if (after && !outcome.is_new) {
        outcome.changes = diff_objects(*live, *after);
    } else if (!after && !(outcome.is_new && after.error().code == ErrorCode::not_found)) {
        // A new object in a namespace or of a kind that is new as well cannot be rehearsed.
        outcome.error = after.error();
    }
    return outcome;
}

Outcome prune(Kube& kube, const Ref& ref, const std::string& homelab) {
    Outcome outcome;
    const Result<Json> live = kube.get(ref);
    if (!live) {
        outcome.removal = Removal::gone_already;
        if (live.error().code != ErrorCode::not_found) {
            outcome.error = live.error();
        }
        return outcome;
    }
    const Json* labels = at_path(*live, "metadata.labels");
    const Json* owner = labels == nullptr ? nullptr : labels->find(applyset_label);
    if (owner == nullptr || *owner != Json(homelab)) {
        outcome.removal = Removal::foreign;
        return outcome;
    }
    // The uid: between the look and the removal somebody may have put another one in its place.
    const Result<void> removed = kube.remove(ref, {.uid = text_at(*live, "metadata.uid")});
    if (removed) {
        return outcome;
    }
    if (removed.error().code == ErrorCode::not_found) {
        outcome.removal = Removal::gone_already;
    } else if (removed.error().code == ErrorCode::conflict) {
        outcome.removal = Removal::foreign;
    } else {
        outcome.error = removed.error();
    }
    return outcome;
}

} // namespace

Outcome perform(Kube& kube, const Action& action, const std::string& homelab) {
    switch (action.verb) {
    case Verb::get:
        return outcome_of(kube.get(action.ref));
    case Verb::list:
        return list_lives(kube, action.query);
    case Verb::apply:
        return outcome_of(kube.apply(action.body, {}));
    case Verb::rehearse:
        return rehearse(kube, action);
    case Verb::prune:
        return prune(kube, action.ref, homelab);
    case Verb::create:
        return outcome_of(kube.create(action.body));
    case Verb::replace:
        return outcome_of(kube.replace(action.body));
    }
    return {};
}

Result<void> run_bootstrap(Bootstrap& bootstrap, const BootstrapDoors& doors) {
    std::string step;
    while (true) {
        std::optional<Batch> batch = TRY(bootstrap.next(doors.timer.elapsed()));
        if (!batch) {
            break;
        }
        if (batch->step != step) {
            if (!step.empty()) {
                doors.progress.end(bootstrap.summary());
            }
            step = batch->step;
            doors.progress.begin(step, batch->actions.size());
        } else {
            doors.progress.advance(0, bootstrap.summary());
        }
        if (batch->pause > Duration()) {
            TRY(doors.timer.pause(batch->pause, doors.stop));
        }
        std::vector<Outcome> outcomes(batch->actions.size());
        std::mutex mutex;
        std::size_t done = 0;
        doors.parallel.for_each(outcomes.size(), [&](std::size_t i) {
            const Action& action = batch->actions[i];
            outcomes[i] = perform(doors.kube, action, bootstrap.homelab());
            const std::lock_guard lock(mutex);
            doors.progress.advance(
                ++done, action.ref.name.empty() ? action.query.kind : display(action.ref)
            );
        });
        if (doors.stop.stop_requested()) {
            return fail(ErrorCode::interrupted, "bootstrap was stopped", "run it again to go on");
        }
        TRY(bootstrap.take(std::move(outcomes)));
    }
    if (!step.empty()) {
        doors.progress.end(bootstrap.summary());
    }
    return {};
}

} // namespace ducksnest::kube
