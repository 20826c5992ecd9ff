#include "cache/gc_plan.h"

#include <algorithm>

namespace ducksnest::cache {
namespace {

/// The newest `keep` different paths of each node. Splits the rest off.
std::vector<Generation> kept_generations(const GcInput& input, std::vector<Generation>& dropped) {
    std::map<std::string, std::vector<Generation>> by_node;
    for (const Generation& generation : input.generations) {
        by_node[generation.node].push_back(generation);
    }
    std::vector<Generation> kept;
    for (auto& [node, generations] : by_node) {
        std::ranges::sort(generations, std::greater<>(), [](const Generation& one) {
            return std::pair(one.time, one.path);
        });
        std::set<StorePath> paths;
        for (Generation& generation : generations) {
            const bool is_kept = paths.contains(generation.path) || paths.size() < input.keep;
            if (is_kept) {
                paths.insert(generation.path);
            }
            (is_kept ? kept : dropped).push_back(std::move(generation));
        }
    }
    return kept;
}

std::set<std::string> reachable(const GcInput& input, std::span<const Generation> kept) {
    std::vector<std::string> open(input.marked.begin(), input.marked.end());
    for (const Generation& generation : kept) {
        open.emplace_back(generation.path.hash());
    }
    std::set<std::string> live;
    while (!open.empty()) {
        const std::string hash = std::move(open.back());
        open.pop_back();
        if (!live.insert(hash).second) {
            continue;
        }
        const auto narinfo = input.inventory.narinfos.find(hash);
        if (narinfo != input.inventory.narinfos.end()) {
            for (const StorePath& reference : narinfo->second.references) {
                open.emplace_back(reference.hash());
            }
        }
    }
    return live;
}

/// How many steps lead up to a path from the dead paths that refer to it, at most.
std::vector<std::vector<std::string>>
waves_of(const Inventory& inventory, const std::set<std::string>& dead) {
    std::map<std::string, std::size_t> referrers;
    const auto each_reference = [&](const std::string& hash, const auto& visit) {
        const auto narinfo = inventory.narinfos.find(hash);
        if (narinfo == inventory.narinfos.end()) {
            return;
        }
        for (const StorePath& reference : narinfo->second.references) {
            const std::string other(reference.hash());
            if (other != hash && dead.contains(other)) {
                visit(other);
            }
        }
    };
    for (const std::string& hash : dead) {
        referrers.try_emplace(hash);
        each_reference(hash, [&](const std::string& other) { ++referrers[other]; });
    }
    std::vector<std::vector<std::string>> waves;
    std::vector<std::string> wave;
    for (const auto& [hash, count] : referrers) {
        if (count == 0) {
            wave.push_back(hash);
        }
    }
    while (!wave.empty()) {
        std::vector<std::string> next;
        for (const std::string& hash : wave) {
            each_reference(hash, [&](const std::string& other) {
                if (--referrers[other] == 0) {
                    next.push_back(other);
                }
            });
        }
        waves.push_back(std::move(wave));
        wave = std::move(next);
    }
    return waves;
}

} // namespace

GcPlan plan_gc(const GcInput& input) {
    GcPlan plan;
    const std::vector<Generation> kept = kept_generations(input, plan.generations);
    const std::set<std::string> live = reachable(input, kept);
    std::set<std::string> dead;
    std::set<std::string> used_nars;
    std::set<std::string> dropped_nars;
    for (const auto& [hash, size] : input.inventory.narinfo_sizes) {
        const auto narinfo = input.inventory.narinfos.find(hash);
        if (!live.contains(hash)) {
            dead.insert(hash);
            if (narinfo != input.inventory.narinfos.end()) {
                dropped_nars.insert(narinfo->second.url);
            }
        } else if (narinfo != input.inventory.narinfos.end()) {
            used_nars.insert(narinfo->second.url);
        }
    }
    plan.narinfos = waves_of(input.inventory, dead);
    for (const auto& [key, info] : input.inventory.nars) {
        if (used_nars.contains(key)) {
            continue;
        }
        const auto before = input.orphans.find(key);
        // What was seen before counts for nothing when a narinfo has led to it until now.
        const bool is_old = before != input.orphans.end() && !dropped_nars.contains(key);
        Instant since = is_old ? before->second : input.now;
        // Stored again since it was seen: somebody has use for it.
        since = std::max(since, std::min(info.modified.value_or(since), input.now));
        // A push in progress may have stored it, and its narinfo not yet.
        if (input.now - since >= input.grace && input.marked.empty()) {
            plan.nars.push_back(key);
            plan.nar_bytes += info.size;
        } else {
            plan.orphans.emplace(key, since);
            plan.orphan_bytes += info.size;
        }
    }
    return plan;
}

} // namespace ducksnest::cache
