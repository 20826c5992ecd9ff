#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/object_store.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// How pushes and garbage collections keep out of each other's way, through two kinds of objects
/// and the store's own clock. A push first writes its marker, then looks for a claim, and waits
/// while there is one. A collection first writes its claim, then looks for markers, and spares what
/// they name. Whoever comes second sees the first, since a store shows what was written at once.
///
/// Both may stall at any moment, such as on a laptop that sleeps: each looks at the age of its own
/// word before it changes anything, and stops at half of the time after which others disregard it.
/// The other half is how long one call to the store may take.
namespace ducksnest::cache {

inline constexpr std::string_view markers_prefix = "ducksnest/pushes/";
inline constexpr std::string_view claim_key = "ducksnest/collection";

/// A marker or claim that was not written again for so long belongs to a process that is gone.
inline constexpr Duration marker_lifetime = Duration(3'600'000);
inline constexpr Duration claim_lifetime = Duration(900'000);

struct LeaseDoors {
    ObjectStore& store;
    Random& random;
    Timer& timer;
};

/// A push's mark on what it needs, until it ends.
class PushMarker {
public:
    /// Writes the marker, and waits while a collection is at work.
    static Result<PushMarker>
    begin(LeaseDoors doors, std::span<const std::string> hashes, std::stop_token stop);

    /// Writes it again when it is time; cheap otherwise. `aborted` as of `check`.
    Result<void> renew();
    /// `aborted` when the marker is so old that a collection may not have spared what it names.
    Result<void> check() const;
    Result<void> end();

private:
    PushMarker(LeaseDoors doors, std::string key, std::string text)
        : doors_(doors)
        , key_(std::move(key))
        , text_(std::move(text)) {}
    Result<void> write();

    LeaseDoors doors_;
    std::string key_;
    std::string text_;
    Duration written_{};
};

/// A collection's claim on the whole cache, until it ends.
class Claim {
public:
    /// `conflict` when another collection is at work.
    static Result<Claim> begin(LeaseDoors doors);

    /// The store hashes that pushes in progress need. Markers of dead pushes are removed.
    Result<std::set<std::string>> marked();
    Instant now() const { return time_; } ///< By the store's clock, when the claim was written.
    /// `aborted` when the claim is too old for removing anything more.
    Result<void> check() const;
    /// A claim that is too old is left alone: by now it may be somebody else's.
    Result<void> end();

private:
    explicit Claim(LeaseDoors doors)
        : doors_(doors) {}

    LeaseDoors doors_;
    Instant time_{};
    Duration written_{};
};

} // namespace ducksnest::cache
