#include "sim/event_queue.h"

#include "base/assert.h"

#include <algorithm>

namespace ducksnest::sim {
namespace {

bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
}

} // namespace

void EventQueue::push(Instant at, EventKind kind, std::uint32_t subject, std::uint32_t epoch) {
    ASSERT(at >= popped_);
    heap_.push_back(
        {.at = at, .sequence = scheduled_++, .kind = kind, .subject = subject, .epoch = epoch}
    );
    std::ranges::push_heap(heap_, later);
}

Event EventQueue::pop() {
    ASSERT(!heap_.empty());
    std::ranges::pop_heap(heap_, later);
    const Event event = heap_.back();
    heap_.pop_back();
    popped_ = event.at;
    return event;
}

} // namespace ducksnest::sim
