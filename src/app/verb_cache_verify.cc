#include "app/cache.h"
#include "app/verbs.h"
#include "base/text.h"
#include "cache/audit.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

constexpr std::size_t calls_at_once = 32;

Json finding_json(const cache::Finding& finding) {
    return Json::object({
        {"flaw", cache::to_string(finding.flaw)},
        {"narinfo", finding.hash + ".narinfo"},
        {"path", finding.path.empty() ? Json() : Json(finding.path)},
        {"detail", finding.detail.empty() ? Json() : Json(finding.detail)},
    });
}

void tell(Context& context, const cache::Audit& audit, const std::vector<std::string>& removed) {
    if (context.options().json) {
        Json::Array findings;
        for (const cache::Finding& finding : audit.findings) {
            findings.push_back(finding_json(finding));
        }
        context.out_json(Json::object({
            {"schema", "ducksnest.cache-verify/1"},
            {"paths", static_cast<std::int64_t>(audit.paths)},
            {"findings", Json(std::move(findings))},
            {"removed", Json::strings(removed)},
        }));
        return;
    }
    for (const cache::Finding& finding : audit.findings) {
        const std::string& what = finding.path.empty() ? finding.hash + ".narinfo" : finding.path;
        const std::string detail = finding.detail.empty() ? "" : ": " + finding.detail;
        context.out(fmt::format("{}: {}{}\n", cache::to_string(finding.flaw), what, detail));
    }
    for (const std::string& key : removed) {
        context.out(fmt::format("removed {}\n", key));
    }
    const std::string found = audit.findings.empty() ? std::string("nothing wrong")
                                                     : count_of(audit.findings.size(), "flaw");
    context.out(fmt::format("{} in {}\n", found, count_of(audit.paths, "path")));
}

Result<Exit> run_verify(Context& context) {
    const auto store = TRY(open_cache(context, "cache"));
    const auto threads = context.open_threads(calls_at_once);
    context.progress().begin("verifying", 0);
    const cache::AuditOptions options{
        .trusted = TRY(trusted_keys(context)),
        .read_nars = !context.arguments().has("quick"),
        .progress =
            [&](std::size_t done, std::size_t total) {
                context.progress().advance(done, fmt::format("{}/{} archives", done, total));
            },
    };
    const cache::Audit audit = TRY(cache::audit(*store, *threads, options));
    std::vector<std::string> removed;
    if (context.arguments().has("repair") && !context.options().dry_run) {
        removed = TRY(cache::repair(*store, *threads, audit));
    }
    tell(context, audit, removed);
    return audit.findings.empty() ? Exit::done : Exit::failed;
}

} // namespace

Command cache_verify_command() {
    return {
        .path = "cache verify",
        .summary = "find what is missing, corrupt, unsigned or dangling in the binary cache",
        .description =
            "Reads every narinfo and every archive and checks hashes, sizes, references and "
            "signatures. With --repair it takes out what is not well, with everything that refers "
            "to it; the next push stores it anew. Ends with 1 when something was found.",
        .flags =
            {store_flag("cache"),
             {.name = "trusted-key",
              .value = Value::text,
              .metavar = "KEY",
              .summary = "NAME:BASE64 of a key that must have signed each path; else the one in "
                         "homelab.toml",
              .is_repeated = true},
             {.name = "quick", .summary = "only look whether archives are there"},
             {.name = "repair", .summary = "remove what is not well"}},
        .examples =
            {{.command = "ducksnest cache verify --repair", .says = "mend a cache, then push again"}
            },
        .run = run_verify,
    };
}

} // namespace ducksnest::app
