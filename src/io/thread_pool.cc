#include "io/thread_pool.h"

#include <sched.h>

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace ducksnest::io {

namespace {

/// Set in a thread that is inside a piece of work: a nested loop must not wait for itself.
thread_local bool is_working = false;

} // namespace

std::size_t default_thread_count() {
    if (const char* asked = std::getenv("DUCKSNEST_THREADS"); asked != nullptr) {
        std::size_t count = 0;
        const char* end = asked + std::strlen(asked);
        const auto [stop, failed] = std::from_chars(asked, end, count);
        if (failed == std::errc() && stop == end && count >= 1 && count <= 1024) {
            return count;
        }
    }
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0) {
        return static_cast<std::size_t>(CPU_COUNT(&allowed));
    }
    return std::max(1U, std::thread::hardware_concurrency());
}

/// One loop at a time: `generation` tells the threads that a new one has begun.
struct ThreadPool::State {
    std::mutex one_loop{};
    std::mutex mutex{};
    std::condition_variable begun{};
    std::condition_variable ended{};
    std::uint64_t generation = 0;
    std::size_t busy = 0;
    bool stopping = false;
    const std::function<void(std::size_t)>* work = nullptr;
    std::size_t count = 0;
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads{};

    void drain() {
        is_working = true;
        for (std::size_t index = next++; index < count; index = next++) {
            (*work)(index);
        }
        is_working = false;
    }

    void run() {
        std::uint64_t seen = 0;
        std::unique_lock lock(mutex);
        for (;;) {
            begun.wait(lock, [&] { return stopping || generation != seen; });
            if (stopping) {
                return;
            }
            seen = generation;
            lock.unlock();
            drain();
            lock.lock();
            if (--busy == 0) {
                ended.notify_all();
            }
        }
    }
};

ThreadPool::ThreadPool(std::size_t threads)
    : state_(std::make_unique<State>()) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    for (std::size_t started = 1; started < threads; ++started) {
        state_->threads.emplace_back([state = state_.get()] { state->run(); });
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->begun.notify_all();
    for (std::thread& thread : state_->threads) {
        thread.join();
    }
}

std::size_t ThreadPool::threads() const {
    return state_->threads.size() + 1;
}

void ThreadPool::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
    if (is_working || state_->threads.empty() || count < 2) {
        for (std::size_t index = 0; index < count; ++index) {
            work(index);
        }
        return;
    }
    const std::lock_guard loop(state_->one_loop);
    {
        const std::lock_guard lock(state_->mutex);
        state_->work = &work;
        state_->count = count;
        state_->next = 0;
        state_->busy = state_->threads.size();
        ++state_->generation;
    }
    state_->begun.notify_all();
    state_->drain();
    std::unique_lock lock(state_->mutex);
    state_->ended.wait(lock, [&] { return state_->busy == 0; });
}

} // namespace ducksnest::io
