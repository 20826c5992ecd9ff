#include "cache/gc.h"

#include "base/json.h"
#include "cache/first_error.h"

namespace ducksnest::cache {
namespace {

constexpr std::string_view orphans_key = "ducksnest/orphans";
constexpr std::size_t orphans_max = std::size_t{256} << 20U;

Result<Orphans> read_orphans(ObjectStore& store) {
    const std::string key(orphans_key);
    const auto bytes = get_bytes(store, key, orphans_max);
    if (!bytes && bytes.error().code == ErrorCode::not_found) {
        return Orphans{};
    }
    if (!bytes) {
        return std::unexpected(bytes.error());
    }
    const Json json = TRY(Json::parse(as_text(*bytes)).with("reading `" + key + "`"));
    const Json* members = json.find("archives");
    Orphans orphans;
    if (members != nullptr && members->as_object() != nullptr) {
        for (const auto& [archive, since] : *members->as_object()) {
            const std::string* text = since.as_string();
            orphans.emplace(archive, TRY(parse_time(text == nullptr ? "" : *text)));
        }
    }
    return orphans;
}

Result<void> write_orphans(ObjectStore& store, const Orphans& orphans) {
    Json::Object members;
    for (const auto& [key, since] : orphans) {
        members.emplace_back(key, format_time(since));
    }
    const std::string text = Json::object({
                                              {"schema", "ducksnest.cache-orphans/1"},
                                              {"archives", Json::object(std::move(members))},
                                          })
                                 .dump_pretty();
    TRY(put_bytes(
        store, std::string(orphans_key), as_bytes(text), {.content_type = "application/json"}
    ));
    return {};
}

Result<void> remove_all(
    ObjectStore& store, Parallel& threads, const Claim& claim, std::span<const std::string> keys
) {
    FirstError failure;
    threads.for_each(keys.size(), [&](std::size_t i) {
        const Result<void> may = claim.check();
        failure.note(may);
        if (may) {
            failure.note(store.remove(keys[i]));
        }
    });
    return failure.result();
}

Result<void>
carry_out(ObjectStore& store, Parallel& threads, const Claim& claim, const GcPlan& plan) {
    // First, so that the time of an archive counts from before its narinfo goes.
    TRY(claim.check());
    TRY(write_orphans(store, plan.orphans));
    for (const std::vector<std::string>& wave : plan.narinfos) {
        std::vector<std::string> keys;
        for (const std::string& hash : wave) {
            keys.push_back(hash + ".narinfo");
        }
        TRY(remove_all(store, threads, claim, keys));
    }
    TRY(remove_all(store, threads, claim, plan.nars));
    std::vector<std::string> records;
    for (const Generation& generation : plan.generations) {
        records.push_back(generation_key(generation));
    }
    return remove_all(store, threads, claim, records);
}

Result<GcPlan>
collect(const LeaseDoors& doors, Parallel& threads, const GcOptions& options, Claim& claim) {
    const std::set<std::string> marked = TRY(claim.marked());
    const std::vector<Generation> generations = TRY(read_generations(doors.store));
    if (generations.empty()) {
        return fail(
            ErrorCode::not_found,
            "no generation is recorded in this cache, so that everything would be garbage",
            "`ducksnest cache push --system NODE` records what a node runs"
        );
    }
    const Inventory inventory = TRY(take_inventory(doors.store, threads));
    if (!inventory.damaged.empty()) {
        // Nothing tells a narinfo that is damaged from one that was cut off on its way here.
        const auto& [hash, error] = *inventory.damaged.begin();
        return fail(
            ErrorCode::corrupt,
            "`" + hash +
                ".narinfo` cannot be read, so that it is not known what it needs: " + error.message,
            "`ducksnest cache verify --repair` takes out what is damaged"
        );
    }
    const Orphans orphans = TRY(read_orphans(doors.store));
    GcPlan plan = plan_gc({
        .inventory = inventory,
        .generations = generations,
        .marked = marked,
        .orphans = orphans,
        .now = claim.now(),
        .keep = options.keep,
        .grace = options.grace,
    });
    if (!options.dry_run) {
        TRY(carry_out(doors.store, threads, claim, plan));
    }
    return plan;
}

} // namespace

Result<GcPlan> collect_garbage(LeaseDoors doors, Parallel& threads, const GcOptions& options) {
    Claim claim = TRY(Claim::begin(doors));
    Result<GcPlan> plan = collect(doors, threads, options, claim);
    // Also after a failure: others need not wait for the claim to age.
    const Result<void> ended = claim.end();
    if (plan && !ended) {
        return std::unexpected(ended.error());
    }
    return plan;
}

} // namespace ducksnest::cache
