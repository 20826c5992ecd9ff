#include "cache/delta.h"

#include <algorithm>
#include <cctype>

namespace ducksnest::cache {
namespace {

/// "firefox-128.0" and "firefox-129.0" are of one stem: the name up to the first dash with a digit
/// behind it (Nix: DrvName).
std::string stem_of(std::string_view name) {
    for (std::size_t i = 0; i + 1 < name.size(); ++i) {
        if (name[i] == '-' && std::isdigit(static_cast<unsigned char>(name[i + 1])) != 0) {
            return std::string(name.substr(0, i));
        }
    }
    return std::string(name);
}

} // namespace

std::vector<DeltaStep> plan_delta(
    const ChunkIndex& index, const std::map<ChunkId, std::uint64_t>& base, std::uint64_t fetch_max
) {
    std::vector<DeltaStep> steps;
    std::uint64_t file_offset = 0;
    for (const Chunk& chunk : index.chunks) {
        const auto known = base.find(chunk.id);
        DeltaStep* last = steps.empty() ? nullptr : &steps.back();
        if (known != base.end()) {
            const bool goes_on = last != nullptr && last->file_size == 0 &&
                                 last->base_offset + last->nar_size == known->second;
            if (goes_on) {
                last->nar_size += chunk.nar_size;
            } else {
                steps.push_back({.base_offset = known->second, .nar_size = chunk.nar_size});
            }
        } else if (last != nullptr && last->file_size > 0 &&
                   last->file_size + chunk.file_size <= fetch_max) {
            last->file_size += chunk.file_size;
            last->nar_size += chunk.nar_size;
        } else {
            steps.push_back(
                {.file_offset = file_offset,
                 .file_size = chunk.file_size,
                 .nar_size = chunk.nar_size}
            );
        }
        file_offset += chunk.file_size;
    }
    return steps;
}

Result<void> Bases::load() {
    if (is_loaded_) {
        return {};
    }
    for (const std::string& path : TRY(nix_.paths())) {
        const auto parsed = StorePath::parse(path);
        // A store may hold what we cannot use, such as hashes of another kind.
        auto record = parsed ? nix_.find(path) : Result<std::optional<PathRecord>>(std::nullopt);
        if (record && *record) {
            by_nar_.emplace((*record)->nar_hash, path);
            by_stem_.emplace(stem_of(parsed->name()), std::move(**record));
        }
    }
    is_loaded_ = true;
    return {};
}

Result<std::optional<std::string>> Bases::same_nar(const Narinfo& narinfo) {
    const std::lock_guard lock(mutex_);
    TRY(load());
    const auto found = by_nar_.find(narinfo.nar_hash);
    return found == by_nar_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<PathRecord>> Bases::earlier_version(const Narinfo& narinfo) {
    const std::lock_guard lock(mutex_);
    TRY(load());
    const auto [first, last] = by_stem_.equal_range(stem_of(narinfo.path.name()));
    std::optional<PathRecord> best;
    const auto distance = [&](std::uint64_t size) {
        return std::max(size, narinfo.nar_size) - std::min(size, narinfo.nar_size);
    };
    for (auto candidate = first; candidate != last; ++candidate) {
        if (!best || distance(candidate->second.nar_size) < distance(best->nar_size)) {
            best = candidate->second;
        }
    }
    return best;
}

} // namespace ducksnest::cache
