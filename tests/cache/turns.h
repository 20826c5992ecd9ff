#pragma once

#include "base/prng.h"
#include "ports/clock.h"
#include "ports/timer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ducksnest::testing {

/// When a turn passes to somebody else.
struct TurnStyle {
    Ratio chance{};                    ///< At each call.
    std::optional<std::size_t> once{}; ///< At this call, counted over all of them.
    std::uint32_t late_seconds = 0;    ///< How much longer than asked for a pause may last.
};

/// Whole programs that take turns on one thread, call by call, in an order that the seed gives; and
/// the one time they all live in, which passes by their calls and pauses. Plain code runs in it: it
/// stands still in `yield` and `pause` while others go on.
class Turns final : public Clock, public Timer {
public:
    Turns(Instant start, std::uint64_t seed);
    ~Turns() override;

    void set_style(const TurnStyle& style) { style_ = style; }
    void add(std::function<void()> work);
    /// Until all work is done.
    void run();
    /// One call begins: others may go on before it.
    void yield();

    Instant now() override { return start_ + passed_; }
    Duration elapsed() override { return passed_; }
    Result<void> pause(Duration length, std::stop_token stop) override;
    /// Time passes while nobody does anything.
    void pass(Duration length) { passed_ += length; }
    std::uint64_t switches() const { return switches_; }

private:
    struct Fiber;
    static void enter();
    void leave();
    std::size_t choose();

    Instant start_;
    Duration passed_{};
    Prng prng_;
    TurnStyle style_{};
    std::vector<std::unique_ptr<Fiber>> fibers_{};
    std::unique_ptr<Fiber> ground_;
    std::optional<std::size_t> current_{};
    std::size_t calls_ = 0;
    std::uint64_t switches_ = 0;
};

} // namespace ducksnest::testing
