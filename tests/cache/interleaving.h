#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ducksnest::testing {

/// A rule that is left out on purpose, to see that somebody notices.
enum class Canary : std::uint8_t { none, collection_ignores_markers, push_ignores_claims };

/// How often what happened, over all seeds.
struct Figures {
    std::uint64_t calls = 0;
    std::uint64_t switches = 0;
    std::uint64_t stalls = 0;
    std::uint64_t killed_pushes = 0;
    std::uint64_t killed_collections = 0;
    std::uint64_t pushes = 0; ///< Begun at once with something else.
    std::uint64_t pushes_finished = 0;
    std::uint64_t pushes_held_up = 0; ///< Ended by the age of their own marker.
    std::uint64_t pushes_failed = 0;
    std::uint64_t collections = 0;
    std::uint64_t collections_finished = 0;
    std::uint64_t collections_refused = 0; ///< Another one was at work.
    std::uint64_t collections_held_up = 0;
    std::uint64_t collections_failed = 0;
    std::uint64_t narinfos_removed = 0;
    std::uint64_t nars_removed = 0;
    std::uint64_t paths_pushed = 0;
    std::uint64_t push_against_collection = 0; ///< Seeds of each kind.
    std::uint64_t push_against_push = 0;
    std::uint64_t two_pushes_against_collection = 0;
    std::uint64_t push_against_two_collections = 0;
};

/// One history of a cache that the seed gives: systems pushed and left over, then pushes and
/// collections at once, by the real code over the twin's store; then peace, in which whoever failed
/// does it again. The answer is what was lost, if anything.
std::optional<std::string> run_interleaving(std::uint64_t seed, Canary canary, Figures& figures);

} // namespace ducksnest::testing
