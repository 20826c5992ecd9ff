#include "kube/follow.h"

#include "kube/inventory.h"
#include "kube/object.h"
#include "kube/retry.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <set>

namespace ducksnest::kube {
namespace {

/// A watch that ends sooner than this was no use: wait before the next.
constexpr Duration useful_length = Duration(1'000);

struct Known {
    Ref ref{};
    std::string version{};
};

class Follower {
public:
    Follower(const FollowDoors& doors, const ListQuery& what, const EventReceiver& receiver)
        : doors_(doors)
        , what_(what)
        , receiver_(receiver) {}

    Result<void> run() {
        while (!is_over_) {
            const Result<void> listed = list();
            if (!listed) {
                TRY(recover(listed.error()));
                continue;
            }
            TRY(watch_until_gap());
        }
        return {};
    }

private:
    Result<void> list() {
        std::set<ObjectKey> seen;
        const Result<std::string> version = doors_.kube.list(what_, [&](Json object) {
            if (const Result<Ref> ref = ref_of(object)) {
                seen.insert(key_of(*ref));
                tell_present(*ref, std::move(object));
            }
            return !is_over_;
        });
        version_ = TRY(Result<std::string>(version));
        for (auto known = known_.begin(); known != known_.end() && !is_over_;) {
            if (seen.contains(known->first)) {
                ++known;
                continue;
            }
            tell({.type = EventType::deleted, .object = identity(known->second.ref)});
            known = known_.erase(known);
        }
        attempt_ = 0;
        return {};
    }

    /// Returns when the version to resume from is gone, or all is over.
    Result<void> watch_until_gap() {
        while (!is_over_) {
            const Duration start = doors_.timer.elapsed();
            const WatchQuery query = {
                .what = what_, .resource_version = version_, .stop = doors_.stop
            };
            const Result<void> watched = doors_.kube.watch(query, [&](Event event) {
                take(std::move(event));
                return !is_over_;
            });
            if (doors_.stop.stop_requested()) {
                return stopped();
            }
            if (!watched && watched.error().code == ErrorCode::aborted) {
                return {};
            }
            if (!watched) {
                TRY(recover(watched.error()));
            } else if (!is_over_ && doors_.timer.elapsed() - start < useful_length) {
                TRY(doors_.timer.pause(useful_length, doors_.stop));
            }
        }
        return {};
    }

    void take(Event event) {
        attempt_ = 0;
        if (const std::string version = text_at(event.object, "metadata.resourceVersion");
            !version.empty()) {
            version_ = version;
        }
        const Result<Ref> ref = ref_of(event.object);
        if (!ref || event.type == EventType::bookmark) {
            return;
        }
        if (event.type != EventType::deleted) {
            tell_present(*ref, std::move(event.object));
        } else if (known_.erase(key_of(*ref)) > 0) {
            tell(std::move(event));
        }
    }

    void tell_present(const Ref& ref, Json object) {
        const std::string version = text_at(object, "metadata.resourceVersion");
        const auto [known, is_new] = known_.emplace(key_of(ref), Known{.ref = ref, .version = {}});
        if (is_new || known->second.version != version) {
            known->second.version = version;
            tell(
                {.type = is_new ? EventType::added : EventType::modified,
                 .object = std::move(object)}
            );
        }
    }

    void tell(Event event) { is_over_ = is_over_ || !receiver_(std::move(event)); }

    static Json identity(const Ref& ref) {
        Json metadata = Json::object({{"name", ref.name}});
        if (!ref.namespace_name.empty()) {
            metadata.set("namespace", ref.namespace_name);
        }
        return Json::object(
            {{"apiVersion", ref.api_version}, {"kind", ref.kind}, {"metadata", std::move(metadata)}}
        );
    }

    static std::unexpected<Error> stopped() {
        return fail(ErrorCode::interrupted, "stopped while following objects");
    }

    /// Waits when the error may pass; returns it when it will not.
    Result<void> recover(const Error& error) {
        RetryPolicy patient;
        patient.attempts_max = std::numeric_limits<int>::max();
        const Failure failure = {
            .code = error.code == ErrorCode::aborted ? ErrorCode::unavailable : error.code
        };
        const std::optional<Duration> pause =
            next_pause(patient, ++attempt_, Repeat::safe, failure, doors_.random);
        if (!pause) {
            return std::unexpected(error);
        }
        return doors_.timer.pause(*pause, doors_.stop);
    }

    const FollowDoors& doors_;
    const ListQuery& what_;
    const EventReceiver& receiver_;
    std::map<ObjectKey, Known> known_{};
    std::string version_{};
    int attempt_ = 0;
    bool is_over_ = false;
};

} // namespace

Result<void>
follow(const FollowDoors& doors, const ListQuery& what, const EventReceiver& receiver) {
    return Follower(doors, what, receiver).run();
}

} // namespace ducksnest::kube
