#include "kube/bootstrap.h"

#include "base/text.h"
#include "kube/bootstrap_error.h"
#include "kube/owned.h"
#include "kube/readiness.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::kube {
namespace {

constexpr int restarts_max = 5;

Json with_label(Json body, const std::string& homelab) {
    Json metadata = *body.find("metadata");
    const Json* found = metadata.find("labels");
    Json labels = found == nullptr ? Json() : *found;
    labels.set(applyset_label, homelab);
    metadata.set("labels", std::move(labels));
    body.set("metadata", std::move(metadata));
    return body;
}

} // namespace

Result<Bootstrap> Bootstrap::make(std::vector<Object> objects, BootstrapOptions options) {
    if (objects.empty()) {
        // It would prune everything there is.
        return fail(ErrorCode::invalid, "there are no objects to apply");
    }
    Bootstrap bootstrap;
    const std::set<std::string> groups = custom_groups(objects);
    std::map<ObjectKey, std::string> origins;
    for (Object& object : objects) {
        Target target;
        target.ref = TRY(ref_of(object.body).with(object.origin));
        target.key = key_of(target.ref);
        target.phase = TRY(phase_of(object, groups));
        object.body = with_label(std::move(object.body), options.homelab);
        target.wanted = content_digest(object.body);
        const auto [twin, is_first] = origins.emplace(target.key, object.origin);
        if (!is_first) {
            return fail(
                ErrorCode::invalid,
                fmt::format("`{}` is there twice", display(target.ref)),
                twin->second.empty() ? std::string()
                                     : fmt::format("see {} and {}", twin->second, object.origin)
            );
        }
        target.object = std::move(object);
        bootstrap.targets_.push_back(std::move(target));
    }
    std::ranges::sort(bootstrap.targets_, {}, [](const Target& target) {
        return std::pair(target.phase, target.key);
    });
    bootstrap.report_.objects = bootstrap.targets_.size();
    bootstrap.options_ = std::move(options);
    return bootstrap;
}

Result<std::optional<Batch>> Bootstrap::next(Duration now) {
    std::optional<Batch> batch;
    while (stage_ != Stage::done) {
        switch (stage_) {
        case Stage::survey:
            return survey_batch();
        case Stage::rehearse:
            return rehearse_batch();
        case Stage::announce:
            return write_batch(TRY(announcement()));
        case Stage::apply:
            batch = apply_batch();
            break;
        case Stage::serve:
        case Stage::roll_out:
            batch = poll_batch(now);
            break;
        case Stage::prune:
            batch = prune_batch();
            break;
        case Stage::record:
            return write_batch(TRY(record()));
        case Stage::done:
            break;
        }
        if (batch) {
            return batch;
        }
    }
    return std::nullopt;
}

Result<void> Bootstrap::take(std::vector<Outcome> outcomes) {
    switch (stage_) {
    case Stage::survey:
        return take_survey(std::move(outcomes));
    case Stage::rehearse:
        return take_rehearsal(std::move(outcomes));
    case Stage::announce:
        return take_write(std::move(outcomes), Stage::apply);
    case Stage::apply:
        return take_applied(std::move(outcomes));
    case Stage::serve:
    case Stage::roll_out:
        return take_poll(std::move(outcomes));
    case Stage::prune:
        return take_pruned(std::move(outcomes));
    case Stage::record:
        return take_write(std::move(outcomes), Stage::roll_out);
    case Stage::done:
        break;
    }
    return {};
}

/// One request for the inventory, and one for each kind: what the server has with our label.
Batch Bootstrap::survey_batch() {
    Batch batch = {.step = "looking at the cluster", .pause = {}, .actions = {}};
    batch.actions.push_back({.verb = Verb::get, .ref = inventory_ref(options_.homelab)});
    std::set<std::pair<std::string, std::string>> kinds;
    for (const Target& target : targets_) {
        if (kinds.emplace(target.ref.api_version, target.ref.kind).second) {
            ListQuery query = {.api_version = target.ref.api_version, .kind = target.ref.kind};
            query.label_selector = fmt::format("{}={}", applyset_label, options_.homelab);
            batch.actions.push_back({.verb = Verb::list, .query = std::move(query)});
        }
    }
    return batch;
}

Result<void> Bootstrap::take_survey(std::vector<Outcome> outcomes) {
    std::map<ObjectKey, Live> lives;
    for (Outcome& outcome : outcomes) {
        // No inventory, or a kind that comes with this bootstrap: there is nothing yet.
        if (outcome.error && outcome.error->code != ErrorCode::not_found) {
            return std::unexpected(*std::move(outcome.error));
        }
        for (Live& live : outcome.lives) {
            lives.insert_or_assign(live.key, std::move(live));
        }
    }
    inventory_ =
        outcomes.front().error ? Inventory() : TRY(parse_inventory(outcomes.front().object));
    for (Target& target : targets_) {
        const auto live = lives.find(target.key);
        const auto entry = inventory_.entries.find(target.key);
        target.exists = live != lives.end();
        target.stored = target.exists ? live->second.stored : std::string();
        target.waiting = target.exists ? live->second.waiting : std::string();
        target.is_due = !target.exists || entry == inventory_.entries.end() ||
                        entry->second.wanted != target.wanted ||
                        entry->second.stored != target.stored || target.stored.empty() ||
                        entry->second.ref != target.ref;
    }
    decide();
    return {};
}

void Bootstrap::decide() {
    stale_ = inventory_.entries;
    for (const Target& target : targets_) {
        stale_.erase(target.key);
    }
    for (const auto& [key, entry] : stale_) {
        if (!may_prune(entry.ref)) {
            report_.kept.push_back(entry.ref);
        } else if (options_.mode == Mode::dry_run) {
            report_.planned_prunes.push_back(entry.ref);
        }
    }
    std::erase_if(stale_, [&](const auto& item) { return !may_prune(item.second.ref); });
    const auto due = static_cast<std::size_t>(std::ranges::count_if(targets_, &Target::is_due));
    summary_ = due == 0 ? fmt::format("{}, none differs", count_of(targets_.size(), "object"))
                        : fmt::format("{} of {} differ", due, count_of(targets_.size(), "object"));
    const bool is_announced = std::ranges::all_of(targets_, [&](const Target& target) {
        return inventory_.entries.contains(target.key);
    });
    if (options_.mode == Mode::dry_run) {
        stage_ = due == 0 ? Stage::done : Stage::rehearse;
    } else {
        stage_ = is_announced ? Stage::apply : Stage::announce;
    }
}

bool Bootstrap::may_prune(const Ref& ref) const {
    static const std::set<std::string> shared_kinds = {
        "CustomResourceDefinition", "Namespace", "PersistentVolume", "PersistentVolumeClaim"
    };
    return options_.prune == Prune::all ||
           (options_.prune == Prune::safe && !shared_kinds.contains(ref.kind));
}

Batch Bootstrap::rehearse_batch() const {
    Batch batch = {.step = "rehearsing", .pause = {}, .actions = {}};
    for (const Target& target : targets_) {
        if (target.is_due) {
            batch.actions.push_back(
                {.verb = Verb::rehearse, .ref = target.ref, .body = target.object.body}
            );
        }
    }
    return batch;
}

Result<void> Bootstrap::take_rehearsal(std::vector<Outcome> outcomes) {
    std::size_t index = 0;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (!targets_[i].is_due) {
            continue;
        }
        Outcome& outcome = outcomes[index++];
        if (outcome.error) {
            refused_.emplace_back(i, *std::move(outcome.error));
        } else if (outcome.is_new || !outcome.changes.empty()) {
            report_.planned.push_back(
                {.ref = targets_[i].ref,
                 .is_new = outcome.is_new,
                 .changes = std::move(outcome.changes)}
            );
        }
    }
    summary_ = fmt::format("{} would change", count_of(report_.planned.size(), "object"));
    stage_ = Stage::done;
    return end_phase();
}

/// The inventory before anything is applied: what was there and what will be.
Result<Json> Bootstrap::announcement() const {
    Inventory both = inventory_;
    for (const Target& target : targets_) {
        both.entries.emplace(target.key, InventoryEntry{.ref = target.ref});
    }
    return inventory_json(both, options_.homelab);
}

/// The inventory at the end: what is there now, and what we could not or must not remove.
Result<Json> Bootstrap::record() const {
    Inventory now = inventory_;
    for (const Target& target : targets_) {
        now.entries.insert_or_assign(
            target.key,
            InventoryEntry{.ref = target.ref, .wanted = target.wanted, .stored = target.stored}
        );
    }
    return inventory_json(now, options_.homelab);
}

bool Bootstrap::is_recorded(const Inventory& inventory) const {
    return std::ranges::all_of(targets_, [&](const Target& target) {
        const auto entry = inventory.entries.find(target.key);
        return entry != inventory.entries.end() && entry->second.ref == target.ref &&
               entry->second.wanted == target.wanted && entry->second.stored == target.stored;
    });
}

Batch Bootstrap::write_batch(const Json& config_map) const {
    const Verb verb = inventory_.resource_version.empty() ? Verb::create : Verb::replace;
    Batch batch = {.step = "keeping the inventory", .pause = {}, .actions = {}};
    batch.actions.push_back(
        {.verb = verb, .ref = inventory_ref(options_.homelab), .body = config_map}
    );
    return batch;
}

Result<void> Bootstrap::take_write(std::vector<Outcome> outcomes, Stage then) {
    Outcome& outcome = outcomes.front();
    const bool is_unknown = outcome.error && (outcome.error->code == ErrorCode::conflict ||
                                              outcome.error->code == ErrorCode::unavailable ||
                                              outcome.error->code == ErrorCode::timeout);
    if (is_unknown && restarts_ < restarts_max) {
        // Somebody else wrote it meanwhile, or the answer was lost: look again at what there is.
        ++restarts_;
        stage_ = Stage::survey;
        phase_ = 0;
        prune_group_ = 0;
        report_ = {.objects = targets_.size()};
        return {};
    }
    if (outcome.error) {
        return std::unexpected(*std::move(outcome.error));
    }
    inventory_ = TRY(parse_inventory(outcome.object));
    summary_ = count_of(inventory_.entries.size(), "object");
    stage_ = then;
    return {};
}

} // namespace ducksnest::kube
