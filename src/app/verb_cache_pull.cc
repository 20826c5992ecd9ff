#include "app/cache.h"
#include "app/verbs.h"
#include "base/text.h"
#include "cache/pull.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

constexpr std::size_t transfers = 32;

void tell_report(Context& context, const cache::PullReport& report, Duration elapsed) {
    if (context.options().json) {
        const auto number = [](std::uint64_t value) {
            return Json(static_cast<std::int64_t>(value));
        };
        context.out_json(Json::object({
            {"schema", "ducksnest.cache-pull/1"},
            {"paths_pulled", number(report.paths_pulled)},
            {"paths_reused", number(report.paths_reused)},
            {"nar_bytes", number(report.nar_bytes)},
            {"file_bytes", number(report.file_bytes)},
            {"milliseconds", static_cast<std::int64_t>(elapsed.count())},
        }));
        return;
    }
    if (report.paths_pulled == 0) {
        context.out("nothing to do: every path is valid already\n");
        return;
    }
    context.out(fmt::format(
        "pulled {}: {} from {} moved, in {}\n",
        count_of(report.paths_pulled, "path"),
        format_bytes(report.nar_bytes),
        format_bytes(report.file_bytes),
        format_duration(elapsed)
    ));
}

Result<Exit> run_pull(Context& context) {
    std::vector<cache::StorePath> paths;
    for (const std::string& path : context.arguments().all("PATH")) {
        paths.push_back(TRY(
            cache::StorePath::parse(path).or_help("name whole store paths: /nix/store/HASH-NAME")
        ));
    }
    const bool is_unsigned = context.arguments().has("unsigned");
    cache::PullOptions options{
        .trusted = TRY(trusted_keys(context)),
        .signatures = is_unsigned ? cache::Signatures::ignored : cache::Signatures::required,
        .transfers = transfers,
    };
    if (options.trusted.empty() && !is_unsigned) {
        return fail(
            ErrorCode::invalid,
            "no trusted key is named",
            "pass `--trusted-key NAME:BASE64`, or give [cache] of homelab.toml a `public_key`"
        );
    }
    const auto store = TRY(open_cache(context, "from"));
    const auto nix = TRY(
        context.open_nix_store(context.arguments().text("store").value_or("/"), StoreAccess::write)
    );
    const auto threads = context.open_threads(1 + transfers);
    const Duration begun = context.timer().elapsed();
    context.progress().begin("pulling", 0);
    options.progress = [&](const cache::PullProgress& now) {
        context.progress().advance(
            now.paths_done,
            fmt::format(
                "{}/{} paths, {}",
                now.paths_done,
                now.paths_known,
                format_rate(
                    now.nar_bytes_done, now.nar_bytes_known, context.timer().elapsed() - begun
                )
            )
        );
    };
    const cache::PullDoors doors{.nix = *nix, .store = *store, .threads = *threads};
    const cache::PullReport report = TRY(cache::pull(doors, paths, options));
    tell_report(context, report, context.timer().elapsed() - begun);
    return Exit::done;
}

} // namespace

Command cache_pull_command() {
    return {
        .path = "cache pull",
        .summary = "make paths of the binary cache valid in a Nix store",
        .description =
            "Fetches paths and all they refer to over many connections at once, straight into the "
            "store. Each path is checked against its hash, its size and the signature of a trusted "
            "key before Nix can see it; an interruption leaves nothing half done. Of a path whose "
            "earlier version the store has, only what changed is fetched. Writes the store's own "
            "database: on a machine with a Nix daemon `cache proxy` serves the daemon instead.",
        .flags =
            {store_flag("from"),
             nix_store_flag(),
             {.name = "trusted-key",
              .value = Value::text,
              .metavar = "KEY",
              .summary = "NAME:BASE64 of a key whose signatures are believed; else the one in "
                         "homelab.toml",
              .is_repeated = true},
             {.name = "unsigned", .summary = "believe paths without a signature"}},
        .arguments =
            {{.name = "PATH",
              .value = Value::text,
              .summary = "a store path",
              .is_required = true,
              .is_repeated = true}},
        .examples =
            {{.command = "ducksnest cache pull --from s3://nest --store /mnt /nix/store/…-nixos",
              .says = "fill the store of a system that is being installed"}},
        .run = run_pull,
    };
}

} // namespace ducksnest::app
