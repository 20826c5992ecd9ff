#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace ducksnest::cache {

inline constexpr std::string_view cache_info_key = "nix-cache-info";

/// The file `nix-cache-info`: what makes a bucket a binary cache.
struct CacheInfo {
    std::string store_folder = "/nix/store";
    bool wants_mass_query = true;
    /// Lower is asked first; cache.nixos.org has 40.
    std::int64_t priority = 30;

    bool operator==(const CacheInfo&) const = default;
};

/// Unknown lines are skipped; `unsupported` when it is for another store folder than /nix/store.
Result<CacheInfo> parse_cache_info(std::string_view text);
std::string format_cache_info(const CacheInfo& info);

} // namespace ducksnest::cache
