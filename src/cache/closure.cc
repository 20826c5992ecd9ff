#include "cache/closure.h"

#include <algorithm>
#include <set>

namespace ducksnest::cache {
namespace {

class Walk {
public:
    explicit Walk(const PathFinder& find)
        : find_(find) {}

    Result<void> add(const std::string& root) {
        TRY(enter(root, ""));
        while (!stack_.empty()) {
            Frame& frame = stack_.back();
            if (frame.next == frame.record.references.size()) {
                found_.push_back(std::move(frame.record));
                stack_.pop_back();
                continue;
            }
            const std::string reference = frame.record.references[frame.next++];
            const std::string referrer = frame.record.path;
            TRY(enter(reference, referrer));
        }
        return {};
    }

    std::vector<PathRecord> take() { return std::move(found_); }

private:
    struct Frame {
        PathRecord record{};
        std::size_t next = 0;
    };

    Result<void> enter(const std::string& path, const std::string& referrer) {
        if (!seen_.insert(path).second) {
            return {};
        }
        std::optional<PathRecord> record = TRY(find_(path));
        if (!record) {
            const std::string who = referrer.empty() ? "" : ", which `" + referrer + "` refers to";
            return fail(
                ErrorCode::not_found,
                "`" + path + "`" + who + " is not valid in the Nix store",
                "build it or fetch it first, such as with `nix-store --realise " + path + "`"
            );
        }
        stack_.push_back({.record = std::move(*record)});
        return {};
    }

    const PathFinder& find_;
    std::set<std::string> seen_{};
    std::vector<Frame> stack_{};
    std::vector<PathRecord> found_{};
};

} // namespace

Result<std::vector<PathRecord>>
closure_of(std::span<const std::string> paths, const PathFinder& find) {
    Walk walk(find);
    for (const std::string& path : paths) {
        TRY(walk.add(path));
    }
    return walk.take();
}

} // namespace ducksnest::cache
