#pragma once

#include "base/prng.h"
#include "sim/event_queue.h"
#include "sim/marks.h"
#include "sim/run_digest.h"
#include "sim/timeline.h"

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::sim {

/// What every part of the twin shares: the time, what comes next, the fingerprint of what was, and
/// the words for people. Parts schedule their events here; the world hands them back when due.
class Kernel {
public:
    Kernel(Instant start, std::uint64_t seed)
        : start_(start)
        , now_(start)
        , prng_(seed) {}

    Instant now() const { return now_; }
    Instant start() const { return start_; }
    /// Time since the start: what people read and what the digest sees.
    Duration elapsed() const { return now_ - start_; }

    void at(Instant when, EventKind kind, std::uint32_t subject = 0, std::uint32_t epoch = 0) {
        queue_.push(when < now_ ? now_ : when, kind, subject, epoch);
    }
    void after(Duration delay, EventKind kind, std::uint32_t subject = 0, std::uint32_t epoch = 0) {
        queue_.push(now_ + delay, kind, subject, epoch);
    }

    bool idle() const { return queue_.empty(); }
    Instant next_at() const { return queue_.next().at; }
    /// Takes the next event, moves the time to it and folds it into the digest.
    Event take();
    /// Moves the time forward over a stretch in which nothing happens.
    void advance_to(Instant when);

    /// An independent stream for one part, so that one part's draws do not shift another's.
    Prng fork() { return prng_.fork(); }

    /// Tells people. Also marks the world as changed.
    void say(Topic topic, std::string_view subject, std::string text);
    /// The observable state is not what it was: checkers look again.
    void changed() { ++revision_; }
    std::uint64_t revision() const { return revision_; }

    void sometimes(Mark mark) { ++marks_[static_cast<std::size_t>(mark)]; }
    const MarkCounts& marks() const { return marks_; }
    const std::vector<Happening>& timeline() const { return timeline_; }
    std::uint64_t events() const { return events_; }

    RunDigest& digest() { return digest_; }
    /// The digest of everything so far and the next random word (the unseed), which also gives away
    /// a run that drew more or fewer numbers. Ends the run: the word is drawn.
    std::uint64_t seal();

private:
    Instant start_;
    Instant now_;
    EventQueue queue_{};
    Prng prng_;
    RunDigest digest_{};
    MarkCounts marks_{};
    std::vector<Happening> timeline_{};
    std::uint64_t revision_ = 0;
    std::uint64_t events_ = 0;
};

} // namespace ducksnest::sim
