#pragma once

#include "ports/parallel.h"

#include <cstddef>
#include <memory>

namespace ducksnest::io {

/// The cores this process may run on, or `DUCKSNEST_THREADS` when that is a number from 1 to 1024.
std::size_t default_thread_count();

/// A fixed set of threads that share each `for_each`; the caller works along. The threads block
/// every signal, so handlers run where they always did. A `for_each` from inside `work` runs in
/// that thread alone.
class ThreadPool final : public Parallel {
public:
    /// `threads` counts the caller: 1 starts no thread at all.
    explicit ThreadPool(std::size_t threads = default_thread_count());
    ~ThreadPool() override;
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override;
    std::size_t threads() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace ducksnest::io
