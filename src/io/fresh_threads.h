#pragma once

#include "ports/parallel.h"

namespace ducksnest::io {

/// Threads that live as long as one `for_each`: for work that waits for others rather than for the
/// processor. Several threads may call it at once, each with threads of its own; each piece of work
/// goes to the next free thread, in order.
class FreshThreads final : public Parallel {
public:
    explicit FreshThreads(std::size_t threads_max)
        : threads_max_(threads_max) {}

    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override;

private:
    std::size_t threads_max_;
};

} // namespace ducksnest::io
