#include "app/cache.h"
#include "app/homelab.h"
#include "app/verbs.h"
#include "base/text.h"
#include "cache/gc.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

constexpr std::size_t calls_at_once = 64;

std::size_t count_narinfos(const cache::GcPlan& plan) {
    std::size_t count = 0;
    for (const auto& wave : plan.narinfos) {
        count += wave.size();
    }
    return count;
}

void tell_plan(Context& context, const cache::GcPlan& plan) {
    const bool is_dry = context.options().dry_run;
    if (context.options().json) {
        Json::Array narinfos;
        for (const auto& wave : plan.narinfos) {
            for (const std::string& hash : wave) {
                narinfos.emplace_back(hash);
            }
        }
        context.out_json(Json::object({
            {"schema", "ducksnest.cache-gc/1"},
            {"dry_run", is_dry},
            {"generations_removed", static_cast<std::int64_t>(plan.generations.size())},
            {"narinfos_removed", Json(std::move(narinfos))},
            {"archives_removed", Json::strings(plan.nars)},
            {"bytes_removed", static_cast<std::int64_t>(plan.nar_bytes)},
            {"archives_waiting", static_cast<std::int64_t>(plan.orphans.size())},
            {"bytes_waiting", static_cast<std::int64_t>(plan.orphan_bytes)},
        }));
        return;
    }
    for (const cache::Generation& generation : plan.generations) {
        context.out(fmt::format(
            "{} generation of {}: {}\n",
            is_dry ? "would drop" : "dropped",
            generation.node,
            generation.path.text()
        ));
    }
    context.out(fmt::format(
        "{} {} and {} of {}; {} of {} wait until no client remembers them\n",
        is_dry ? "would remove" : "removed",
        count_of(count_narinfos(plan), "path"),
        count_of(plan.nars.size(), "archive"),
        format_bytes(plan.nar_bytes),
        count_of(plan.orphans.size(), "archive"),
        format_bytes(plan.orphan_bytes)
    ));
}

Result<Exit> run_gc(Context& context) {
    const auto store = TRY(open_cache(context, "cache"));
    const auto threads = context.open_threads(calls_at_once);
    const std::int64_t keep =
        context.arguments().integer("keep").value_or(TRY(kept_generations(context)));
    if (keep < 1) {
        return fail(
            ErrorCode::invalid, "at least one generation must be kept", "pass `--keep 1` or more"
        );
    }
    const cache::GcOptions options{
        .keep = static_cast<std::size_t>(keep),
        .grace = context.arguments().duration("grace").value_or(cache::GcOptions().grace),
        .dry_run = context.options().dry_run,
    };
    tell_plan(
        context,
        TRY(cache::collect_garbage(
            {.store = *store, .random = context.random(), .timer = context.timer()},
            *threads,
            options
        ))
    );
    return Exit::done;
}

} // namespace

Command cache_gc_command() {
    return {
        .path = "cache gc",
        .summary = "remove what no kept generation of a node needs",
        .description =
            "Keeps the newest generations of every node, as `cache push --system` recorded them, "
            "everything they refer to, and what a push in progress needs. Other paths disappear at "
            "once; their archives stay for the grace, since clients of Nix remember for 30 days "
            "what a cache had. Pushes that begin meanwhile wait for the end.",
        .flags =
            {store_flag("cache"),
             {.name = "keep",
              .value = Value::integer,
              .metavar = "N",
              .summary = "generations to keep of each node; else those of homelab.toml, or 5"},
             {.name = "grace",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "how long an archive outlives its path",
              .fallback = "30d"}},
        .examples =
            {{.command = "ducksnest cache gc --keep 3 --dry-run", .says = "show what would go"}},
        .run = run_gc,
    };
}

} // namespace ducksnest::app
