#pragma once

#include "cache/narinfo.h"
#include "cache/store_path.h"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ducksnest::cache {

/// What to fetch in which order, as a step function: it is told what has come in, and says what may
/// be asked for next. Narinfos go first, since they tell what else there is; then archives, the
/// largest first; a path is registered when all it refers to is.
class PullPlan {
public:
    struct Wanted {
        StorePath path;
        std::string referrer{}; ///< Who needs it; empty for what was asked for.
    };

    /// A path that is needed. Asked for once, however often it is needed.
    void want(const StorePath& path, const std::string& referrer);

    std::optional<Wanted> take_narinfo();
    /// The path is valid already.
    void is_valid(const StorePath& path);
    /// What the cache says about a wanted path.
    void has_narinfo(Narinfo narinfo);

    /// An archive to fetch. The narinfo stays where it is as long as the plan.
    const Narinfo* take_nar();
    void has_files(const StorePath& path);

    /// Paths that can be registered now, each once; references stand before referrers.
    std::vector<const Narinfo*> take_complete();
    void registered(const StorePath& path);

    /// Everything that was wanted is registered.
    bool is_done() const { return open_ == 0; }

private:
    struct Node {
        std::optional<Narinfo> narinfo{};
        bool has_files = false;
        bool is_settled = false; ///< Valid, or being registered: referrers need not wait.
        std::vector<StorePath> referrers{};
        std::size_t waits = 0; ///< References that are not settled.
    };

    void settle(const StorePath& path);
    void complete_when_ready(const StorePath& path);

    std::map<StorePath, Node> nodes_{};
    std::deque<Wanted> narinfos_{};
    std::set<std::pair<std::uint64_t, StorePath>> nars_{};
    std::vector<const Narinfo*> complete_{};
    std::size_t open_ = 0;
};

} // namespace ducksnest::cache
