#pragma once

#include <cstddef>
#include <functional>

namespace ducksnest {

/// Runs independent pieces of work, on all cores in production and one after another in the twin.
class Parallel {
public:
    virtual ~Parallel() = default;
    /// Calls `work(0) … work(count - 1)`, each exactly once, and returns when all have returned.
    /// The calls may overlap and come in any order; `work` must not throw.
    virtual void for_each(std::size_t count, const std::function<void(std::size_t)>& work) = 0;
};

} // namespace ducksnest
