#include "cache/cache_info.h"

#include "base/text.h"
#include "cache/store_path.h"

#include <charconv>

namespace ducksnest::cache {

Result<CacheInfo> parse_cache_info(std::string_view text) {
    CacheInfo info{.wants_mass_query = false, .priority = 50};
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string_view::npos) {
            continue;
        }
        const std::string_view key = line.substr(0, colon);
        const std::string_view value = line.substr(colon + 2);
        if (key == "StoreDir") {
            info.store_folder = value;
        } else if (key == "WantMassQuery") {
            info.wants_mass_query = value == "1";
        } else if (key == "Priority") {
            std::from_chars(value.data(), value.data() + value.size(), info.priority);
        }
    }
    if (info.store_folder != store_folder) {
        return fail(
            ErrorCode::unsupported,
            "the cache is for a store in `" + info.store_folder + "`",
            "ducksnest works with stores in /nix/store"
        );
    }
    return info;
}

std::string format_cache_info(const CacheInfo& info) {
    return "StoreDir: " + info.store_folder +
           "\nWantMassQuery: " + (info.wants_mass_query ? "1" : "0") +
           "\nPriority: " + std::to_string(info.priority) + "\n";
}

} // namespace ducksnest::cache
