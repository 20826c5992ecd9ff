#pragma once

#include "base/prng.h"
#include "kube/retry.h"
#include "ports/kube.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <cstdint>
#include <mutex>
#include <optional>

namespace ducksnest::sim {

/// How often what goes wrong with an exchange, and for how long everything does.
struct ApiFaults {
    Ratio declined{};   ///< 429 or 503, half of them with a Retry-After: nothing was done.
    Ratio reset{};      ///< The connection breaks before the request arrives.
    Ratio lost_reply{}; ///< It was carried out, and nobody hears of it.
    Ratio outage{};     ///< The server is away for a while; exchanges fail until it is back.
    Duration outage_max = Duration(60'000);
};

/// A client of the twin's API server over a bad network. What a call does about a fault is the real
/// client's own policy (`kube::next_pause`); so only what that does not overcome comes out here.
/// Same seed, same faults, for calls in the same order.
class FaultyKube final : public kube::Kube {
public:
    struct Doors {
        kube::Kube& server;
        Timer& timer;
        Random& random;
    };
    FaultyKube(const Doors& doors, std::uint64_t seed, ApiFaults faults)
        : doors_(doors)
        , prng_(seed)
        , faults_(faults) {}

    Result<Json> get(const kube::Ref& ref) override;
    Result<std::string>
    list(const kube::ListQuery& query, const kube::ObjectReceiver& receiver) override;
    Result<void> watch(const kube::WatchQuery& query, const kube::EventReceiver& receiver) override;
    Result<Json> apply(const Json& object, const kube::ApplyOptions& options) override;
    Result<Json> create(const Json& object) override;
    Result<Json> replace(const Json& object) override;
    Result<void> remove(const kube::Ref& ref, const kube::RemoveOptions& options) override;
    Result<void> evict(const std::string& namespace_name, const std::string& pod) override;

    /// From now on everything goes well.
    void heal();
    /// After so many more exchanges the process is dead: every call is `interrupted`.
    void die_after(int exchanges);
    std::uint64_t faults_seen() const { return seen_; }

private:
    struct Fate {
        bool happens = true;           ///< The server carries it out.
        std::optional<Error> answer{}; ///< What the caller hears instead of the truth.
        kube::Failure failure{};
    };

    Result<Fate> draw();
    Fate decline();

    /// One call, again and again as the policy says.
    template <class Value>
    Result<Value> repeat(kube::Repeat repeat, const std::function<Result<Value>()>& once);

    Doors doors_;
    std::mutex mutex_{};
    // Everything below is guarded by `mutex_`.
    Prng prng_;
    ApiFaults faults_;
    std::optional<Duration> away_until_{};
    std::optional<int> left_{};
    std::uint64_t seen_ = 0;
};

} // namespace ducksnest::sim
