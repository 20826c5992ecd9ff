#pragma once

#include "aws/session.h"

#include <stop_token>

namespace ducksnest::aws {

/// Decides after each failed attempt of one call whether to try again, and waits.
class Retrier {
public:
    Retrier(Session& session, std::stop_token stop)
        : session_(session)
        , stop_(std::move(stop)) {}

    /// Success: try again. Otherwise the failure, which is final.
    Result<void> after(const ServiceFailure& failure);
    /// Something was achieved: the attempts count anew.
    void has_progressed() { attempts_ = 0; }
    /// Whether one of the failed attempts may have been carried out.
    bool is_maybe_done() const { return is_maybe_done_; }

private:
    /// Whether the remedy may help, each kind only so often.
    bool apply(const ServiceFailure& failure);
    Duration pause_for(const ServiceFailure& failure);

    Session& session_;
    std::stop_token stop_;
    int attempts_ = 0;
    int resends_ = 0;
    bool has_tried_clock_ = false;
    bool has_tried_credentials_ = false;
    bool has_tried_region_ = false;
    bool has_tried_plain_ = false;
    bool is_maybe_done_ = false;
};

} // namespace ducksnest::aws
