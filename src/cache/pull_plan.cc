#include "cache/pull_plan.h"

#include "base/assert.h"

#include <utility>

namespace ducksnest::cache {

void PullPlan::want(const StorePath& path, const std::string& referrer) {
    if (nodes_.try_emplace(path).second) {
        ++open_;
        narinfos_.push_back({path, referrer});
    }
}

std::optional<PullPlan::Wanted> PullPlan::take_narinfo() {
    if (narinfos_.empty()) {
        return std::nullopt;
    }
    Wanted wanted = std::move(narinfos_.front());
    narinfos_.pop_front();
    return wanted;
}

void PullPlan::is_valid(const StorePath& path) {
    --open_;
    settle(path);
}

void PullPlan::has_narinfo(Narinfo narinfo) {
    const StorePath path = narinfo.path;
    Node& node = nodes_.at(path);
    for (const StorePath& reference : narinfo.references) {
        if (reference == path) {
            continue;
        }
        want(reference, path.text());
        Node& other = nodes_.at(reference);
        if (!other.is_settled) {
            ++node.waits;
            other.referrers.push_back(path);
        }
    }
    nars_.emplace(narinfo.nar_size, path);
    node.narinfo = std::move(narinfo);
}

const Narinfo* PullPlan::take_nar() {
    if (nars_.empty()) {
        return nullptr;
    }
    const auto largest = std::prev(nars_.end());
    const Narinfo* narinfo = &*nodes_.at(largest->second).narinfo;
    nars_.erase(largest);
    return narinfo;
}

void PullPlan::has_files(const StorePath& path) {
    nodes_.at(path).has_files = true;
    complete_when_ready(path);
}

void PullPlan::complete_when_ready(const StorePath& path) {
    Node& node = nodes_.at(path);
    if (node.has_files && node.waits == 0) {
        complete_.push_back(&*node.narinfo);
        settle(path);
    }
}

void PullPlan::settle(const StorePath& path) {
    Node& node = nodes_.at(path);
    ASSERT(!node.is_settled);
    node.is_settled = true;
    const std::vector<StorePath> referrers = std::move(node.referrers);
    for (const StorePath& referrer : referrers) {
        --nodes_.at(referrer).waits;
        complete_when_ready(referrer);
    }
}

std::vector<const Narinfo*> PullPlan::take_complete() {
    return std::exchange(complete_, {});
}

void PullPlan::registered(const StorePath& path) {
    ASSERT(nodes_.at(path).is_settled);
    --open_;
}

} // namespace ducksnest::cache
