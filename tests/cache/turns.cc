#include "turns.h"

#include <ucontext.h>

#include <algorithm>
#include <utility>

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace ducksnest::testing {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::size_t stack_size = std::size_t{256} << 10U;
constexpr Duration call_length = 10ms;

/// Whose fiber is entered; makecontext(3) hands over no pointers.
Turns* entered = nullptr;

} // namespace

struct Turns::Fiber {
    ucontext_t context{};
    std::unique_ptr<std::byte[]> stack{};
    std::function<void()> work{};
    Duration wakes{};
    bool is_done = false;
#ifdef __SANITIZE_THREAD__
    void* shadow = nullptr;
#endif

    void switch_to(Fiber& other) {
#ifdef __SANITIZE_THREAD__
        __tsan_switch_to_fiber(other.shadow, 0);
#endif
        swapcontext(&context, &other.context);
    }
};

Turns::Turns(Instant start, std::uint64_t seed)
    : start_(start)
    , prng_(seed)
    , ground_(std::make_unique<Fiber>()) {
#ifdef __SANITIZE_THREAD__
    ground_->shadow = __tsan_get_current_fiber();
#endif
}

Turns::~Turns() = default;

void Turns::add(std::function<void()> work) {
    auto fiber = std::make_unique<Fiber>();
    fiber->work = std::move(work);
    fiber->stack = std::make_unique_for_overwrite<std::byte[]>(stack_size);
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack.get();
    fiber->context.uc_stack.ss_size = stack_size;
    makecontext(&fiber->context, &Turns::enter, 0);
#ifdef __SANITIZE_THREAD__
    fiber->shadow = __tsan_create_fiber(0);
#endif
    fibers_.push_back(std::move(fiber));
}

void Turns::enter() {
    Turns& turns = *entered;
    Fiber& self = *turns.fibers_[*turns.current_];
    self.work();
    self.is_done = true;
    // Never entered again: what it holds is gone by now.
    turns.leave();
}

void Turns::leave() {
    fibers_[*current_]->switch_to(*ground_);
}

std::size_t Turns::choose() {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < fibers_.size(); ++i) {
        if (!fibers_[i]->is_done) {
            open.push_back(i);
        }
    }
    const auto wakes = [&](std::size_t i) { return fibers_[i]->wakes; };
    passed_ = std::max(passed_, wakes(*std::ranges::min_element(open, {}, wakes)));
    std::erase_if(open, [&](std::size_t i) { return wakes(i) > passed_; });
    if (open.size() > 1 && current_) {
        std::erase(open, *current_);
    }
    return open[prng_.below(open.size())];
}

void Turns::run() {
    while (!std::ranges::all_of(fibers_, [](const auto& fiber) { return fiber->is_done; })) {
        const std::size_t next = choose();
        switches_ += current_ && *current_ != next ? 1U : 0U;
        current_ = next;
        entered = this;
        ground_->switch_to(*fibers_[next]);
    }
    current_.reset();
#ifdef __SANITIZE_THREAD__
    for (const auto& fiber : fibers_) {
        __tsan_destroy_fiber(fiber->shadow);
    }
#endif
    fibers_.clear();
}

void Turns::yield() {
    passed_ += call_length;
    if (!current_) {
        return;
    }
    ++calls_;
    if (style_.once == calls_ || prng_.chance(style_.chance)) {
        leave();
    }
}

Result<void> Turns::pause(Duration length, std::stop_token stop) {
    if (stop.stop_requested()) {
        return fail(ErrorCode::interrupted, "stopped while waiting");
    }
    if (style_.late_seconds > 0) {
        length += std::chrono::seconds(prng_.below(style_.late_seconds + 1));
    }
    if (!current_) {
        passed_ += length;
        return {};
    }
    fibers_[*current_]->wakes = passed_ + length;
    leave();
    return {};
}

} // namespace ducksnest::testing
