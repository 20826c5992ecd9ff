#include "app/cache.h"

#include "app/homelab.h"

#include <fmt/format.h>

#include <array>

namespace ducksnest::app {
namespace {

constexpr std::string_view key_help =
    "`nix-store --generate-binary-cache-key NAME-1 SECRET-FILE PUBLIC-FILE` makes one";

/// homelab.toml when it says something about the cache.
struct Known {
    std::optional<std::string> bucket{};
    std::optional<std::string> region{};
    std::optional<std::string> public_key{};
    std::optional<std::int64_t> keep_generations{};
};

Result<Known> known_cache(Context& context) {
    Known known;
    if (!TRY(context.files().read(context.options().file))) {
        return known;
    }
    const Examined examined = TRY(examine_homelab(context));
    if (!examined.homelab || !examined.homelab->cache) {
        return known;
    }
    known.bucket = *examined.homelab->cache->bucket;
    known.keep_generations = *examined.homelab->cache->keep_generations;
    if (examined.homelab->cache->public_key) {
        known.public_key = **examined.homelab->cache->public_key;
    }
    for (const auto& site : examined.homelab->sites) {
        // The first, as the plan's own unit has it.
        if (site.region && !known.region) {
            known.region = **site.region;
        }
    }
    return known;
}

} // namespace

Flag store_flag(std::string name) {
    return {
        .name = std::move(name),
        .value = Value::folder, // What completions can offer; a URL is as good.
        .metavar = "STORE",
        .summary = "the cache: DIR, file:///dir, s3://bucket?region=…&endpoint=… or, to read, "
                   "http(s)://host/dir; else the bucket in homelab.toml",
    };
}

Flag nix_store_flag() {
    return {
        .name = "store",
        .value = Value::folder,
        .metavar = "DIR",
        .summary = "the folder that holds nix/store, as `nix --store DIR` has it",
        .fallback = "/",
    };
}

Result<std::string> cache_url(Context& context, std::string_view flag) {
    if (const auto given = context.arguments().text(flag)) {
        return *given;
    }
    const Known known = TRY(known_cache(context));
    if (!known.bucket) {
        return fail(
            ErrorCode::invalid,
            "no cache is named",
            fmt::format("pass `--{} STORE`, or give homelab.toml a section [cache]", flag)
        );
    }
    return "s3://" + *known.bucket + (known.region ? "?region=" + *known.region : "");
}

Result<std::unique_ptr<ObjectStore>> open_cache(Context& context, std::string_view flag) {
    return context.open_object_store(TRY(cache_url(context, flag)));
}

Result<std::unique_ptr<cache::SigningKey>> read_signing_key(Context& context) {
    const auto file = context.arguments().text("key");
    if (!file) {
        if (context.arguments().has("unsigned")) {
            return nullptr;
        }
        return fail(
            ErrorCode::invalid,
            "no signing key is named, and a cache without signatures is no good",
            fmt::format("pass `--key FILE`; {}", key_help)
        );
    }
    auto bytes = TRY(context.open_folder(".")->read(*file));
    if (!bytes) {
        return fail(
            ErrorCode::not_found,
            fmt::format("there is no signing key `{}`", *file),
            std::string(key_help)
        );
    }
    const Secret text(std::move(*bytes));
    return std::make_unique<cache::SigningKey>(
        TRY(cache::SigningKey::parse(text.view()).with(fmt::format("reading `{}`", *file)))
    );
}

Result<std::vector<cache::PublicKey>> trusted_keys(Context& context) {
    std::vector<cache::PublicKey> keys;
    for (const std::string& text : context.arguments().all("trusted-key")) {
        keys.push_back(TRY(cache::PublicKey::parse(text)));
    }
    if (keys.empty()) {
        const Known known = TRY(known_cache(context));
        if (known.public_key) {
            keys.push_back(TRY(cache::PublicKey::parse(*known.public_key)));
        }
    }
    return keys;
}

Result<std::int64_t> kept_generations(Context& context) {
    constexpr std::int64_t usual = 5;
    return TRY(known_cache(context)).keep_generations.value_or(usual);
}

std::string format_bytes(std::uint64_t bytes) {
    constexpr std::array units = {"B", "kB", "MB", "GB", "TB", "PB"};
    std::uint64_t unit = 1;
    std::size_t index = 0;
    while (bytes / unit >= 1000 && index + 1 < units.size()) {
        unit *= 1000;
        ++index;
    }
    const std::uint64_t whole = bytes / unit;
    if (index == 0 || whole >= 100) {
        return fmt::format("{} {}", whole, units.at(index));
    }
    return fmt::format("{}.{} {}", whole, bytes % unit * 10 / unit, units.at(index));
}

std::string format_rate(std::uint64_t done, std::uint64_t total, Duration elapsed) {
    const auto milliseconds =
        static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
    const std::uint64_t rate = done * 1000 / milliseconds;
    std::string text =
        fmt::format("{} of {}, {}/s", format_bytes(done), format_bytes(total), format_bytes(rate));
    if (rate > 0 && total > done) {
        const auto left = static_cast<std::int64_t>((total - done + rate - 1) / rate);
        text += fmt::format(", {} left", format_duration(std::chrono::seconds(left)));
    }
    return text;
}

} // namespace ducksnest::app
