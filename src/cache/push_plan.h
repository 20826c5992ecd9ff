#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ducksnest::cache {

/// One path that is to be in the store.
struct PushItem {
    std::vector<std::size_t> references{}; ///< Other items that it refers to.
    std::size_t nar = 0;                   ///< Which archive it is; equal paths share one.
    bool is_stored = false;                ///< Its narinfo is there, and may stay.
};

/// One archive that items need.
struct PushNar {
    std::uint64_t size = 0; ///< Of the archive, in bytes.
    bool is_stored = false;
};

/// What to store in which order, as a step function: it is told what has been stored, and says what
/// may be stored next. A narinfo comes after its archive and after the narinfos of all it refers
/// to, so that a reader never sees a path without its references.
class PushPlan {
public:
    /// References come before referrers.
    PushPlan(std::vector<PushItem> items, std::vector<PushNar> nars);

    /// The next archive to make: very large ones first, so that none is left for one core at the
    /// end, then in the order of the items. Nothing when all are taken.
    std::optional<std::size_t> take_nar();
    /// The next narinfo that may be stored now, each once.
    std::optional<std::size_t> take_narinfo();
    void nar_stored(std::size_t nar);
    void narinfo_stored(std::size_t item);
    /// Every narinfo is stored.
    bool is_done() const { return missing_ == 0; }

private:
    void settle(std::size_t item);

    std::vector<PushItem> items_;
    std::vector<PushNar> nars_;
    std::vector<std::vector<std::size_t>> referrers_{};
    std::vector<std::vector<std::size_t>> users_{};
    /// Per item: what it still waits for, its archive and its references.
    std::vector<std::size_t> waits_{};
    std::vector<std::size_t> order_{};
    std::size_t next_ = 0;
    std::vector<std::size_t> ready_{};
    std::size_t ready_next_ = 0;
    std::size_t missing_ = 0;
};

} // namespace ducksnest::cache
