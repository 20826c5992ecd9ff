#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace ducksnest::kube {

/// Names one object, as its own YAML does: "apps/v1", "DaemonSet", "kube-system", "calico-node".
struct Ref {
    std::string api_version{};
    std::string kind{};
    std::string namespace_name{}; ///< Empty for objects that live in no namespace.
    std::string name{};

    auto operator<=>(const Ref&) const = default;
    bool operator==(const Ref&) const = default;
};

enum class Mode : std::uint8_t {
    real,
    dry_run, ///< The server does everything but store it.
};

/// Who else may own the fields that an apply wants to set.
enum class Ownership : std::uint8_t {
    take, ///< They become ours.
    ask,  ///< `conflict` when another manager set them to another value.
};

struct ApplyOptions {
    std::string field_manager = "ducksnest";
    Ownership ownership = Ownership::take;
    Mode mode = Mode::real;
    std::string subresource{}; ///< "status", or empty for the object itself.
};

enum class Propagation : std::uint8_t { background, foreground, orphan };

struct RemoveOptions {
    Propagation propagation = Propagation::background;
    std::string uid{};              ///< When set: `conflict` if the object is another one by now.
    std::string resource_version{}; ///< When set: `conflict` if it has changed since.
    int grace_seconds = -1;         ///< -1 leaves it to the object.
};

struct ListQuery {
    std::string api_version{};
    std::string kind{};
    std::string namespace_name{}; ///< Empty means all.
    std::string label_selector{};
    std::string field_selector{};
    int page_size = 500;
};

enum class EventType : std::uint8_t {
    added,
    modified,
    deleted,
    bookmark, ///< Nothing happened up to this version; only `metadata.resourceVersion` is set.
};

struct Event {
    EventType type = EventType::added;
    Json object{};
};

struct WatchQuery {
    ListQuery what{};
    std::string resource_version{}; ///< Where to go on; from a list or the last event.
    Duration length = Duration(300'000);
    std::stop_token stop{};
};

/// Gets objects one at a time; false ends the call early, which is no error.
using ObjectReceiver = std::function<bool(Json object)>;
using EventReceiver = std::function<bool(Event event)>;

/// A Kubernetes API server: the real one over HTTP, or the twin's. Objects are JSON as the API
/// defines it. Safe to call from several threads at once.
///
/// Errors: `not_found` (object, namespace or kind), `conflict` (exists already, changed in between,
/// or owned by another manager), `invalid` (rejected; the message names object, field and cause),
/// `unauthenticated`, `denied`, `aborted` (the version to resume from is gone: list again),
/// `unavailable` and `timeout` (after retries of its own, where repeating is safe).
class Kube {
public:
    virtual ~Kube() = default;

    virtual Result<Json> get(const Ref& ref) = 0;
    /// Every object once, page by page: memory does not grow with their number. The answer is the
    /// version to watch from. When a page token expires in the middle the listing starts over, so
    /// an object may come twice, newer the second time.
    virtual Result<std::string> list(const ListQuery& query, const ObjectReceiver& receiver) = 0;
    /// Events in order until `length` has passed or the server ends the stream; both are no error,
    /// and neither is a connection that breaks. `aborted` when the version is too old.
    virtual Result<void> watch(const WatchQuery& query, const EventReceiver& receiver) = 0;
    /// Server-side apply: creates or merges; the answer is the object as stored.
    virtual Result<Json> apply(const Json& object, const ApplyOptions& options) = 0;
    /// `conflict` when it exists. Not repeated after a lost answer, so that one may have happened.
    virtual Result<Json> create(const Json& object) = 0;
    /// Overwrites. With `metadata.resourceVersion` set: `conflict` when it changed since.
    virtual Result<Json> replace(const Json& object) = 0;
    /// Asks for deletion; finalizers may keep the object for a while. `not_found` when it is gone.
    virtual Result<void> remove(const Ref& ref, const RemoveOptions& options) = 0;
    /// Moves a pod off its node with respect for disruption budgets. `conflict` when a budget does
    /// not allow it now; `not_found` when it is gone.
    virtual Result<void> evict(const std::string& namespace_name, const std::string& pod) = 0;
};

} // namespace ducksnest::kube
