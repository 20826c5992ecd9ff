#include "sim/faulty_kube.h"

namespace ducksnest::sim {

using kube::Repeat;

namespace {

constexpr std::int64_t retry_after_seconds_max = 3;

Error broken() {
    return {
        .code = ErrorCode::unavailable,
        .message = "cannot talk to `https://twin`: connection reset by peer"
    };
}

} // namespace

void FaultyKube::heal() {
    const std::lock_guard lock(mutex_);
    faults_ = {};
    away_until_.reset();
    left_.reset();
}

void FaultyKube::die_after(int exchanges) {
    const std::lock_guard lock(mutex_);
    left_ = exchanges;
}

FaultyKube::Fate FaultyKube::decline() {
    const int status = prng_.chance({1, 2}) ? 429 : 503;
    Fate fate = {.happens = false};
    fate.failure = {.code = ErrorCode::unavailable, .is_declined = true};
    if (prng_.chance({1, 2})) {
        fate.failure.retry_after = std::chrono::seconds(prng_.between(0, retry_after_seconds_max));
    }
    fate.answer = Error{
        .code = ErrorCode::unavailable,
        .message = "the API server answers " + std::to_string(status)
    };
    return fate;
}

Result<FaultyKube::Fate> FaultyKube::draw() {
    const std::lock_guard lock(mutex_);
    if (left_ && *left_ <= 0) {
        return fail(ErrorCode::interrupted, "the process was killed");
    }
    if (left_) {
        --*left_;
    }
    const Duration now = doors_.timer.elapsed();
    if (!away_until_ && prng_.chance(faults_.outage)) {
        away_until_ = now + Duration(prng_.between(1, faults_.outage_max.count()));
    }
    if (away_until_ && now >= *away_until_) {
        away_until_.reset();
    }
    Fate fate;
    if (away_until_ || prng_.chance(faults_.reset)) {
        fate = {.happens = false, .answer = broken(), .failure = {.code = ErrorCode::unavailable}};
    } else if (prng_.chance(faults_.declined)) {
        fate = decline();
    } else if (prng_.chance(faults_.lost_reply)) {
        fate = {.happens = true, .answer = broken(), .failure = {.code = ErrorCode::unavailable}};
    }
    seen_ += fate.answer ? 1U : 0U;
    return fate;
}

template <class Value>
Result<Value> FaultyKube::repeat(Repeat repeat, const std::function<Result<Value>()>& once) {
    const kube::RetryPolicy policy;
    for (int attempt = 1;; ++attempt) {
        Fate fate = TRY(draw());
        if (fate.happens) {
            Result<Value> truth = once();
            if (!fate.answer) {
                return truth;
            }
        }
        const std::optional<Duration> pause =
            kube::next_pause(policy, attempt, repeat, fate.failure, doors_.random);
        if (!pause) {
            return std::unexpected(*std::move(fate.answer));
        }
        TRY(doors_.timer.pause(*pause, {}));
    }
}

Result<Json> FaultyKube::get(const kube::Ref& ref) {
    return repeat<Json>(Repeat::safe, [&] { return doors_.server.get(ref); });
}

Result<std::string>
FaultyKube::list(const kube::ListQuery& query, const kube::ObjectReceiver& receiver) {
    // A page whose answer is lost is asked for again, and only then handed on.
    std::vector<Json> objects;
    Result<std::string> version = repeat<std::string>(Repeat::safe, [&] {
        objects.clear();
        return doors_.server.list(query, [&](Json object) {
            objects.push_back(std::move(object));
            return true;
        });
    });
    for (Json& object : objects) {
        if (version && !receiver(std::move(object))) {
            break;
        }
    }
    return version;
}

/// Breaks in the middle sometimes, which is no error at this door; never tried again here.
Result<void> FaultyKube::watch(const kube::WatchQuery& query, const kube::EventReceiver& receiver) {
    const Fate fate = TRY(draw());
    if (fate.answer && !fate.happens) {
        return std::unexpected(*fate.answer);
    }
    return doors_.server.watch(query, [&](kube::Event event) {
        const bool goes_on = receiver(std::move(event));
        const Result<Fate> next = draw();
        return goes_on && next && !next->answer;
    });
}

Result<Json> FaultyKube::apply(const Json& object, const kube::ApplyOptions& options) {
    return repeat<Json>(Repeat::safe, [&] { return doors_.server.apply(object, options); });
}

Result<Json> FaultyKube::create(const Json& object) {
    return repeat<Json>(Repeat::if_declined, [&] { return doors_.server.create(object); });
}

Result<Json> FaultyKube::replace(const Json& object) {
    return repeat<Json>(Repeat::if_declined, [&] { return doors_.server.replace(object); });
}

Result<void> FaultyKube::remove(const kube::Ref& ref, const kube::RemoveOptions& options) {
    return repeat<void>(Repeat::safe, [&] { return doors_.server.remove(ref, options); });
}

Result<void> FaultyKube::evict(const std::string& namespace_name, const std::string& pod) {
    return repeat<void>(Repeat::safe, [&] { return doors_.server.evict(namespace_name, pod); });
}

} // namespace ducksnest::sim
