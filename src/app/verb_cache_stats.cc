#include "app/cache.h"
#include "app/table.h"
#include "app/verbs.h"
#include "base/text.h"
#include "cache/generation.h"
#include "cache/inventory.h"

#include <fmt/format.h>

#include <set>

namespace ducksnest::app {
namespace {

constexpr std::size_t calls_at_once = 64;

/// S3 Standard, first 50 TB: 0.025 USD per GB and month in ap-northeast-2, 0.023 in most other
/// regions (Amazon S3 pricing).
constexpr std::uint64_t microdollars_per_gigabyte = 25'000;
constexpr std::uint64_t gigabyte = std::uint64_t{1} << 30U;

struct Stats {
    std::uint64_t paths = 0;
    std::uint64_t generations = 0;
    std::uint64_t nars = 0;
    std::uint64_t nar_bytes = 0;        ///< Of all paths, as a store holds them.
    std::uint64_t unique_nar_bytes = 0; ///< Equal archives counted once.
    std::uint64_t file_bytes = 0;       ///< Of archives, compressed.
    std::uint64_t narinfo_bytes = 0;
    std::uint64_t unused_bytes = 0; ///< Of archives that no narinfo names.
    std::uint64_t stored_bytes() const { return file_bytes + narinfo_bytes; }
    std::uint64_t microdollars() const {
        // Bytes of a large cache times a price do not fit 64 bits.
        const std::uint64_t bytes = stored_bytes();
        return bytes / gigabyte * microdollars_per_gigabyte +
               bytes % gigabyte * microdollars_per_gigabyte / gigabyte;
    }
};

Stats count(const cache::Inventory& inventory) {
    Stats stats{.paths = inventory.narinfo_sizes.size(), .nars = inventory.nars.size()};
    std::set<Sha256> seen;
    std::set<std::string> used;
    for (const auto& [hash, narinfo] : inventory.narinfos) {
        stats.nar_bytes += narinfo.nar_size;
        stats.unique_nar_bytes += seen.insert(narinfo.nar_hash).second ? narinfo.nar_size : 0;
        used.insert(narinfo.url);
    }
    for (const auto& [key, info] : inventory.nars) {
        stats.file_bytes += info.size;
        stats.unused_bytes += used.contains(key) ? 0 : info.size;
    }
    for (const auto& [hash, size] : inventory.narinfo_sizes) {
        stats.narinfo_bytes += size;
    }
    return stats;
}

Json stats_json(const Stats& stats) {
    const auto number = [](std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); };
    return Json::object({
        {"schema", "ducksnest.cache-stats/1"},
        {"paths", number(stats.paths)},
        {"generations", number(stats.generations)},
        {"archives", number(stats.nars)},
        {"nar_bytes", number(stats.nar_bytes)},
        {"unique_nar_bytes", number(stats.unique_nar_bytes)},
        {"file_bytes", number(stats.file_bytes)},
        {"narinfo_bytes", number(stats.narinfo_bytes)},
        {"unused_bytes", number(stats.unused_bytes)},
        {"microdollars_per_month", number(stats.microdollars())},
    });
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? "-" : fmt::format("{} %", part * 100 / whole);
}

Result<Exit> run_stats(Context& context) {
    const auto store = TRY(open_cache(context, "cache"));
    const auto threads = context.open_threads(calls_at_once);
    Stats stats = count(TRY(cache::take_inventory(*store, *threads)));
    stats.generations = TRY(cache::read_generations(*store)).size();
    if (context.options().json) {
        context.out_json(stats_json(stats));
        return Exit::done;
    }
    Table table(
        {{.title = "what"},
         {.title = "count", .align = Align::right},
         {.title = "size", .align = Align::right}}
    );
    const auto row = [&](std::string_view what, std::string number, std::string size) {
        table.add({{std::string(what)}, {std::move(number)}, {std::move(size)}});
    };
    row("paths", std::to_string(stats.paths), format_bytes(stats.nar_bytes));
    row("without equal ones", "", format_bytes(stats.unique_nar_bytes));
    row("archives", std::to_string(stats.nars), format_bytes(stats.file_bytes));
    row("of them unused", "", format_bytes(stats.unused_bytes));
    row("narinfos", std::to_string(stats.paths), format_bytes(stats.narinfo_bytes));
    row("generations", std::to_string(stats.generations), "");
    context.out(table.render(context.out_style()));
    const std::uint64_t cents = (stats.microdollars() + 5'000) / 10'000;
    context.out(fmt::format(
        "stored at {} of its size, for about ${}.{:02} a month\n",
        percent(stats.file_bytes, stats.nar_bytes),
        cents / 100,
        cents % 100
    ));
    return Exit::done;
}

} // namespace

Command cache_stats_command() {
    return {
        .path = "cache stats",
        .summary = "how much the binary cache holds, and what that costs",
        .description = "Lists and reads all narinfos. The cost is that of S3 Standard storage in "
                       "ap-northeast-2; requests and traffic come on top.",
        .flags = {store_flag("cache")},
        .examples = {{.command = "ducksnest cache stats", .says = "size, savings and cost"}},
        .run = run_stats,
    };
}

} // namespace ducksnest::app
