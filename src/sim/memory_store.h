#pragma once

#include "base/prng.h"
#include "ports/clock.h"
#include "ports/object_store.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace ducksnest::sim {

/// How often a call to the twin's store goes wrong. These are the failures that are left when a
/// real store has used up its attempts; all are drawn from the seed.
struct StoreFaults {
    Ratio server_error{}; ///< `unavailable` before anything happens, as after 500s.
    Ratio slow_down{};    ///< The same, as after 503 SlowDown.
    Ratio reset{};        ///< A get ends with `unavailable` after some of its bytes.
    Ratio truncated{};    ///< A get ends with `corrupt` after some of its bytes.
    Ratio lost_reply{};   ///< A write takes place, and `timeout` is all its caller hears.
};

/// The twin's bucket: objects in memory, same rules and errors as the real ones, see
/// tests/conformance. The same seed and the same calls give the same faults.
class MemoryStore final : public ObjectStore {
public:
    struct Object {
        std::shared_ptr<const Bytes> bytes{};
        ObjectInfo info{};
        std::string content_type{};
        std::string cache_control{};
    };

    /// Runs before each call with its name ("get", "put", "head", "list", "remove") and key: where
    /// a test lets something else happen in between. Not under the store's lock.
    using Interruption = std::function<void(std::string_view call, const std::string& key)>;

    explicit MemoryStore(Clock& clock, std::uint64_t seed = 0, StoreFaults faults = {})
        : clock_(clock)
        , prng_(seed)
        , faults_(faults) {}

    Result<ObjectInfo>
    get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) override;
    Result<ObjectInfo>
    put(const std::string& key, const ObjectSource& source, const PutOptions& options) override;
    Result<std::optional<ObjectInfo>> head(const std::string& key) override;
    Result<void> list(const ListQuery& query, const EntryReceiver& receiver) override;
    Result<void> remove(const std::string& key) override;

    void set_faults(StoreFaults faults);
    void set_interruption(Interruption interruption) { interruption_ = std::move(interruption); }
    /// Everything in the bucket; what a checker looks through.
    std::map<std::string, Object> objects() const;
    /// Flips the lowest bit of one byte of an object behind the door's back.
    void damage(const std::string& key, std::size_t offset);

private:
    /// What the seed has for the next call: nothing, or the error that it ends with at once.
    std::optional<Error> trouble(std::string_view call, const std::string& key);
    bool draw(Ratio StoreFaults::* fault);
    Result<ObjectInfo> store(const std::string& key, Bytes bytes, const PutOptions& options);

    Clock& clock_;
    mutable std::mutex mutex_{};
    Prng prng_;
    StoreFaults faults_;
    Interruption interruption_{};
    std::map<std::string, Object> objects_{};
    std::uint64_t writes_ = 0;
};

} // namespace ducksnest::sim
