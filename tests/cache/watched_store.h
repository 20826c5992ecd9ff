#pragma once

#include "base/prng.h"
#include "cache/narinfo.h"
#include "sim/memory_store.h"
#include "turns.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::testing {

/// What readers of a cache see after each write; remembers the first moment at which they would
/// have been led to something that is not there.
class Watch {
public:
    void narinfo_stored(const std::string& key, const cache::Narinfo& narinfo);
    void removed(const std::string& key);
    void nar_stored(const std::string& key) { nars_.insert(key); }
    const std::optional<std::string>& violation() const { return violation_; }

    std::uint64_t narinfos_removed = 0;
    std::uint64_t nars_removed = 0;

private:
    void note(std::string violation);

    std::map<std::string, cache::Narinfo> narinfos_{}; ///< By key.
    std::set<std::string> nars_{};
    std::optional<std::string> violation_{};
};

/// What happens to the calls of one program.
struct CallerFate {
    std::optional<std::uint64_t> killed_at{}; ///< From this call on none has an effect.
    Ratio stall{};                            ///< How often a call is held up,
    std::uint32_t stall_seconds = 1;          ///< and for how long at most.
    bool sees_markers = true;
    bool sees_claim = true;
};

/// The twin's store as one program sees it: others take turns before each call.
class WatchedStore final : public ObjectStore {
public:
    WatchedStore(sim::MemoryStore& store, Turns& turns, Watch& watch, CallerFate fate, Prng prng)
        : store_(store)
        , turns_(turns)
        , watch_(watch)
        , fate_(fate)
        , prng_(prng) {}

    Result<ObjectInfo>
    get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) override;
    Result<ObjectInfo>
    put(const std::string& key, const ObjectSource& source, const PutOptions& options) override;
    Result<std::optional<ObjectInfo>> head(const std::string& key) override;
    Result<void> list(const ListQuery& query, const EntryReceiver& receiver) override;
    Result<void> remove(const std::string& key) override;

    std::uint64_t calls() const { return calls_; }
    std::uint64_t stalls() const { return stalls_; }
    bool is_killed() const { return fate_.killed_at && calls_ >= *fate_.killed_at; }

private:
    Result<void> begin_call();

    sim::MemoryStore& store_;
    Turns& turns_;
    Watch& watch_;
    CallerFate fate_;
    Prng prng_;
    std::uint64_t calls_ = 0;
    std::uint64_t stalls_ = 0;
};

} // namespace ducksnest::testing
