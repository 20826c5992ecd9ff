#include "cache/push_plan.h"

#include "base/assert.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace ducksnest::cache {
namespace {

/// An archive of more than this part of all bytes is begun first.
constexpr std::uint64_t large_part = 16;

} // namespace

PushPlan::PushPlan(std::vector<PushItem> items, std::vector<PushNar> nars)
    : items_(std::move(items))
    , nars_(std::move(nars))
    , referrers_(items_.size())
    , users_(nars_.size())
    , waits_(items_.size()) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const PushItem& item = items_[i];
        if (item.is_stored) {
            continue;
        }
        ++missing_;
        if (!nars_[item.nar].is_stored) {
            ++waits_[i];
            if (users_[item.nar].empty()) {
                order_.push_back(item.nar);
                total += nars_[item.nar].size;
            }
            users_[item.nar].push_back(i);
        }
        for (const std::size_t reference : item.references) {
            ASSERT(reference < i);
            if (!items_[reference].is_stored) {
                ++waits_[i];
                referrers_[reference].push_back(i);
            }
        }
        if (waits_[i] == 0) {
            ready_.push_back(i);
        }
    }
    const auto is_large = [&](std::size_t nar) { return nars_[nar].size > total / large_part; };
    std::vector<std::size_t> order;
    std::ranges::copy_if(order_, std::back_inserter(order), is_large);
    std::ranges::sort(order, std::greater<>(), [&](std::size_t nar) {
        return std::pair(nars_[nar].size, nar);
    });
    std::ranges::copy_if(order_, std::back_inserter(order), std::not_fn(is_large));
    order_ = std::move(order);
}

std::optional<std::size_t> PushPlan::take_nar() {
    return next_ < order_.size() ? std::optional(order_[next_++]) : std::nullopt;
}

std::optional<std::size_t> PushPlan::take_narinfo() {
    return ready_next_ < ready_.size() ? std::optional(ready_[ready_next_++]) : std::nullopt;
}

void PushPlan::nar_stored(std::size_t nar) {
    nars_[nar].is_stored = true;
    for (const std::size_t item : users_[nar]) {
        settle(item);
    }
}

void PushPlan::narinfo_stored(std::size_t item) {
    items_[item].is_stored = true;
    --missing_;
    for (const std::size_t referrer : referrers_[item]) {
        settle(referrer);
    }
}

void PushPlan::settle(std::size_t item) {
    if (--waits_[item] == 0) {
        ready_.push_back(item);
    }
}

} // namespace ducksnest::cache
