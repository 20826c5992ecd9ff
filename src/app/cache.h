#pragma once

#include "app/context.h"
#include "cache/pull.h"
#include "cache/signing.h"
#include "ports/nix_store.h"
#include "ports/object_store.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What the cache verbs share.
namespace ducksnest::app {

/// The flag --to or --from of a cache verb.
Flag store_flag(std::string name);
Flag nix_store_flag();

/// The cache that the flag names, or else the bucket of homelab.toml.
Result<std::unique_ptr<ObjectStore>> open_cache(Context& context, std::string_view flag);
/// The URL of the same, for people.
Result<std::string> cache_url(Context& context, std::string_view flag);

/// The signing key in --key, or nothing with --unsigned; `invalid` when neither was given.
Result<std::unique_ptr<cache::SigningKey>> read_signing_key(Context& context);
/// The keys of --trusted-key, or else the one of homelab.toml.
Result<std::vector<cache::PublicKey>> trusted_keys(Context& context);

/// How many generations homelab.toml keeps, or 5.
Result<std::int64_t> kept_generations(Context& context);

/// "1.8 GB", "512 kB", "17 B": decimal units, as links and disks are sold in.
std::string format_bytes(std::uint64_t bytes);
/// "1.2 GB of 1.8 GB, 240 MB/s, 3s left".
std::string format_rate(std::uint64_t done, std::uint64_t total, Duration elapsed);

} // namespace ducksnest::app
