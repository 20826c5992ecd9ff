#include "app/cache.h"
#include "app/verbs.h"
#include "base/text.h"
#include "cache/closure.h"
#include "cache/generation.h"
#include "cache/push.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace ducksnest::app {
namespace {

constexpr std::size_t uploads = 32;

/// Where NixOS keeps the system that the machine starts with.
constexpr std::string_view current_system = "/nix/var/nix/profiles/system";

Result<int> parse_level(Context& context) {
    const std::string text = context.arguments().text("level").value_or("auto");
    int level = 0;
    if (text == "auto") {
        return level;
    }
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), level);
    if (failed != std::errc() || end != text.data() + text.size() || level < 1 || level > 19) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` is no level of zstd", text),
            "pass `--level auto`, or a number from 1 (fast) to 19 (small)"
        );
    }
    return level;
}

/// What is to be pushed with everything it refers to, references first.
Result<std::vector<PathRecord>> find_closure(Context& context, NixStore* nix) {
    if (const auto file = context.arguments().text("path-info")) {
        const auto text = TRY(context.open_folder(".")->read(*file));
        if (!text) {
            return fail(ErrorCode::not_found, fmt::format("there is no file `{}`", *file));
        }
        std::map<std::string, PathRecord> records;
        std::vector<std::string> paths;
        for (PathRecord& record : TRY(cache::parse_path_info(as_text(*text)))) {
            paths.push_back(record.path);
            records.emplace(record.path, std::move(record));
        }
        if (const auto named = context.arguments().all("PATH"); !named.empty()) {
            paths = named;
        } else if (context.arguments().has("system")) {
            return fail(
                ErrorCode::invalid,
                "it is not clear which of many paths is the node's system",
                "name it: `--system NODE --path-info FILE /nix/store/…`"
            );
        }
        return cache::closure_of(
            paths,
            [&](const std::string& path) -> Result<std::optional<PathRecord>> {
                const auto found = records.find(path);
                return found == records.end() ? std::nullopt : std::optional(found->second);
            }
        );
    }
    std::vector<std::string> named = context.arguments().all("PATH");
    if (named.empty() && context.arguments().has("system")) {
        named.emplace_back(current_system);
    }
    if (named.empty()) {
        return fail(
            ErrorCode::invalid,
            "nothing to push is named",
            "name store paths or links to them such as `./result`, or a node with `--system NODE`"
        );
    }
    std::vector<std::string> paths;
    for (const std::string& path : named) {
        paths.push_back(TRY(nix->resolve(path)));
    }
    return cache::closure_of(paths, [&](const std::string& path) { return nix->find(path); });
}

void tell_report(Context& context, const cache::PushReport& report, Duration elapsed) {
    if (context.options().json) {
        const auto number = [](std::uint64_t value) {
            return Json(static_cast<std::int64_t>(value));
        };
        context.out_json(Json::object({
            {"schema", "ducksnest.cache-push/1"},
            {"dry_run", context.options().dry_run},
            {"paths", number(report.paths)},
            {"paths_present", number(report.paths_present)},
            {"paths_pushed", number(report.paths_pushed)},
            {"archives_reused", number(report.nars_reused)},
            {"nar_bytes", number(report.nar_bytes)},
            {"file_bytes", number(report.file_bytes)},
            {"milliseconds", static_cast<std::int64_t>(elapsed.count())},
        }));
        return;
    }
    if (report.paths_pushed == 0) {
        context.out(
            fmt::format("nothing to do: the cache has all {}\n", count_of(report.paths, "path"))
        );
        return;
    }
    if (context.options().dry_run) {
        context.out(fmt::format(
            "would push {} of {}, {}\n",
            report.paths_pushed,
            count_of(report.paths, "path"),
            format_bytes(report.nar_bytes)
        ));
        return;
    }
    context.out(fmt::format(
        "pushed {} of {}: {} as {} in {}\n",
        report.paths_pushed,
        count_of(report.paths, "path"),
        format_bytes(report.nar_bytes),
        format_bytes(report.file_bytes),
        format_duration(elapsed)
    ));
}

/// The last of a closure is what was asked for, if only one path was.
Result<void>
record(Context& context, ObjectStore& store, const std::string& node, const std::string& path) {
    return cache::record_generation(
        store,
        {.node = node, .path = TRY(cache::StorePath::parse(path)), .time = context.clock().now()}
    );
}

Result<Exit> run_push(Context& context) {
    const int level = TRY(parse_level(context));
    const auto key = context.options().dry_run ? nullptr : TRY(read_signing_key(context));
    const auto store = TRY(open_cache(context, "to"));
    const auto nix = TRY(
        context.open_nix_store(context.arguments().text("store").value_or("/"), StoreAccess::read)
    );
    if (context.arguments().has("system") && context.arguments().all("PATH").size() > 1) {
        return fail(
            ErrorCode::invalid,
            "a generation of a node is one path",
            "push the others without `--system`"
        );
    }
    const std::vector<PathRecord> records = TRY(find_closure(context, nix.get()));
    const std::size_t cores = context.cores();
    const auto threads = context.open_threads(1 + cores + uploads);
    const cache::PushDoors doors{
        .nix = *nix,
        .store = *store,
        .threads = *threads,
        .timer = context.timer(),
        .random = context.random()
    };
    const Duration begun = context.timer().elapsed();
    if (context.options().dry_run) {
        tell_report(context, TRY(cache::preview_push(doors, records)), Duration(0));
        return Exit::done;
    }
    context.progress().begin("pushing", 0);
    const cache::PushOptions options{
        .key = key.get(),
        .level = level,
        .cores = cores,
        .uploads = uploads,
        .finish = [&]() -> Result<void> {
            const auto node = context.arguments().text("system");
            return node ? record(context, *store, *node, records.back().path) : Result<void>();
        },
        .progress =
            [&](const cache::PushProgress& now) {
                context.progress().advance(
                    now.paths_done,
                    fmt::format(
                        "{}/{} paths, {}",
                        now.paths_done,
                        now.paths_total,
                        format_rate(
                            now.nar_bytes_read,
                            now.nar_bytes_total,
                            context.timer().elapsed() - begun
                        )
                    )
                );
            },
    };
    const cache::PushReport report = TRY(cache::push(doors, records, options));
    tell_report(context, report, context.timer().elapsed() - begun);
    return Exit::done;
}

} // namespace

Command cache_push_command() {
    return {
        .path = "cache push",
        .summary = "store paths and all they refer to in the binary cache",
        .description =
            "Asks the cache once what it has, then reads, hashes, compresses and sends the rest in "
            "one pass, on all cores and many connections. A path appears in the cache only after "
            "its archive and everything it refers to. After an interruption the next push goes on "
            "where this one was. With --system the path is recorded as a generation of that node, "
            "which `cache gc` keeps; without a PATH it is the system this machine starts with.",
        .flags =
            {{.name = "system",
              .value = Value::node,
              .metavar = "NODE",
              .summary = "record the path as a generation of this node"},
             store_flag("to"),
             {.name = "key",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "the secret key that signs, in Nix's format"},
             {.name = "unsigned", .summary = "push without a signature"},
             {.name = "level",
              .value = Value::text,
              .metavar = "N",
              .summary = "level of zstd, 1 to 19, or what the link leaves time for",
              .fallback = "auto"},
             nix_store_flag(),
             {.name = "path-info",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "push what this output of `nix path-info --json --recursive` lists"}},
        .arguments =
            {{.name = "PATH",
              .value = Value::file,
              .summary = "a store path, or a link to one",
              .is_repeated = true}},
        .examples =
            {{.command = "ducksnest cache push ./result --key cache.secret",
              .says = "push what `nix build` has made"},
             {.command = "ducksnest cache push --system ultra ./result --key cache.secret",
              .says = "push a node's new system"}},
        .run = run_push,
    };
}

} // namespace ducksnest::app
