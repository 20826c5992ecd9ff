#include "app/cache.h"
#include "app/places.h"
#include "app/verbs.h"
#include "cache/proxy.h"

#include <fmt/format.h>

#include <charconv>

namespace ducksnest::app {
namespace {

constexpr std::size_t transfers = 32;
constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

struct Place {
    std::string address{};
    int port = 0;
};

/// "127.0.0.1:8501".
Result<Place> parse_place(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    Place place{.address = text.substr(0, colon)};
    const std::string_view digits = std::string_view(text).substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), place.port);
    if (colon == std::string::npos || place.address.empty() || error != std::errc() ||
        end != digits.data() + digits.size() || place.port < 0 || place.port > 65535) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` is no address to listen on", text),
            "write it like `127.0.0.1:8501`; port 0 takes a free one"
        );
    }
    return place;
}

/// Only what is not valid there yet is fetched ahead; without a readable store everything is.
std::unique_ptr<NixStore> machine_store(Context& context) {
    Result<std::unique_ptr<NixStore>> nix =
        context.open_nix_store(context.arguments().text("store").value_or("/"), StoreAccess::read);
    if (!nix) {
        context.detail("everything is fetched ahead: " + describe(nix.error()));
        return nullptr;
    }
    return *std::move(nix);
}

Result<Exit> run_proxy(Context& context) {
    const Result<Place> place = parse_place(*context.arguments().text("listen"));
    if (!place) {
        return context.report(place.error(), Exit::usage);
    }
    const std::unique_ptr<ObjectStore> store = TRY(open_cache(context, "from"));
    const std::unique_ptr<NixStore> nix = machine_store(context);
    const std::string folder =
        context.arguments().text("folder").value_or(TRY(cache_folder(context)) + "/proxy");
    const std::unique_ptr<Spool> spool = TRY(context.open_spool(folder));
    cache::Proxy proxy(
        {.store = *store, .nix = nix.get(), .spool = *spool, .timer = context.timer()},
        {.trusted = TRY(trusted_keys(context)),
         .limits =
             {.disk = static_cast<std::uint64_t>(*context.arguments().integer("disk")) * mebibyte},
         .complain = [&](const Error& error) { context.warn(describe(error), error.help); }}
    );
    const std::unique_ptr<HttpListener> listener = context.open_listener();
    const int port = TRY(listener->bind(place->address, place->port));
    context.say(fmt::format(
        "serving {} on http://{}:{}", TRY(cache_url(context, "from")), place->address, port
    ));
    Result<void> served;
    context.open_threads(1 + transfers)->for_each(1 + transfers, [&](std::size_t role) {
        if (role != 0) {
            proxy.work();
            return;
        }
        served = listener->serve([&](const std::string& path) { return proxy.answer(path); });
        proxy.stop();
    });
    TRY(served);
    return Exit::done;
}

} // namespace

Command cache_proxy_command() {
    return {
        .path = "cache proxy",
        .summary = "serve the binary cache to this machine's Nix daemon, fetching ahead",
        .description =
            "A substituter on loopback. As soon as Nix asks about one path, that path and all it "
            "refers to are fetched from the bucket over many connections at once, so that what Nix "
            "asks for next, one after the other, is here already. Archives are served from memory "
            "and disk, each within a bound, and only after their hash was found right; what is "
            "broken is refused and named. The Nix daemon stays the only one who writes the "
            "store.\n\n"
            "Runs until a signal ends it.",
        .flags =
            {store_flag("from"),
             {.name = "listen",
              .value = Value::text,
              .metavar = "ADDRESS:PORT",
              .summary = "where to listen; port 0 takes a free one and says which",
              .fallback = "127.0.0.1:8501"},
             {.name = "trusted-key",
              .value = Value::text,
              .metavar = "KEY",
              .summary = "NAME:BASE64 of a key whose signatures are believed; else the one in "
                         "homelab.toml",
              .is_repeated = true},
             nix_store_flag(),
             {.name = "folder",
              .value = Value::folder,
              .metavar = "DIR",
              .summary = "what is at hand lies here; else below ~/.cache/ducksnest"},
             {.name = "disk",
              .value = Value::integer,
              .metavar = "MEBIBYTES",
              .summary = "how much of the disk it may take",
              .fallback = "4096"}},
        .examples =
            {{.command = "ducksnest cache proxy --from s3://nest",
              .says = "then `nix build --substituters http://127.0.0.1:8501`"}},
        .run = run_proxy,
    };
}

} // namespace ducksnest::app
