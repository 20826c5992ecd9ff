#pragma once

#include "ports/kube.h"
#include "ports/timer.h"
#include "sim/api_apply.h"
#include "sim/api_kinds.h"
#include "sim/api_store.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::sim {

/// Whether somebody looks after what the API server only keeps.
enum class Controllers : std::uint8_t {
    none, ///< As with a bare kube-apiserver: namespaces stay Terminating, nothing rolls out.
    run,  ///< Namespaces are emptied, dependents collected, and workloads become ready.
};

struct ApiOptions {
    Instant start = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    Controllers controllers = Controllers::none;
    Duration serve_delay = Duration(300);      ///< Until a custom kind is served.
    Duration controller_delay = Duration(900); ///< Until a controller has seen a change.
    Duration rollout_delay = Duration(2'500);  ///< Until the pods of a workload are ready.
};

/// The twin's Kubernetes API: the Kube door over objects in memory, with the rules of
/// kube-apiserver that ducksnest's own code meets: versions and their history, server-side apply
/// with owners of fields, pages of one snapshot, watches that can be resumed until the version is
/// compacted, finalizers and propagation, disruption budgets, custom kinds. Same calls, same time,
/// same answers.
///
/// What it leaves out: defaults, most validation, and everything about who may do what.
class ApiServer final : public kube::Kube {
public:
    /// The timer must outlive the server; it says when things happen.
    explicit ApiServer(Timer& timer, ApiOptions options = {});

    Result<Json> get(const kube::Ref& ref) override;
    Result<std::string>
    list(const kube::ListQuery& query, const kube::ObjectReceiver& receiver) override;
    Result<void> watch(const kube::WatchQuery& query, const kube::EventReceiver& receiver) override;
    Result<Json> apply(const Json& object, const kube::ApplyOptions& options) override;
    Result<Json> create(const Json& object) override;
    Result<Json> replace(const Json& object) override;
    Result<void> remove(const kube::Ref& ref, const kube::RemoveOptions& options) override;
    Result<void> evict(const std::string& namespace_name, const std::string& pod) override;

    /// Forgets every version but the present one, as etcd's compaction does every five minutes.
    void compact();
    /// Grows with every write and with nothing else.
    std::int64_t revision();

private:
    struct Target {
        kube::Ref ref{};
        kube::ObjectKey key{};
        ApiKind kind{};
    };
    enum class Duty : std::uint8_t { serve, drop_kind, empty_namespace, collect, roll_out };
    struct Due {
        Duration at{};
        Duty duty = Duty::serve;
        kube::ObjectKey key{};
        std::string uid{};
    };

    std::string now() const { return format_time(options_.start + time_); }
    Result<ApiKind> kind_of(const std::string& api_version, const std::string& kind) const;
    Result<Target> target_of(const kube::Ref& ref) const;
    /// Also refuses an object whose namespace is not there or on its way out.
    Result<Target> target_to_write(const Json& object) const;
    Result<StoredObject> existing(const Target& target) const;
    Result<ApiStore::Range> range_of(const kube::ListQuery& query) const;
    FieldManager manager(std::string name, ManagerOperation operation, std::string subresource);

    /// Fills in what only the server sets and stores what differs; the answer is the stored object.
    Result<Json>
    store(const Target& target, const StoredObject& before, Json after, kube::Mode mode);
    Json with_server_fields(const Target& target, const StoredObject& before, Json after);
    Result<Json> apply_main(const Target&, const Json& object, const kube::ApplyOptions& options);
    Result<Json> apply_status(const Target&, const Json& object, const kube::ApplyOptions& options);
    Result<void> remove_locked(const Target& target, const kube::RemoveOptions& options);
    void erase(const kube::ObjectKey& key);
    Result<void> spend_budgets(const Json& pod);

    Result<std::int64_t> watch_start(const kube::WatchQuery& query) const;
    Result<bool> tell(
        const StoreChange& change, const kube::ListQuery& what, const kube::EventReceiver& receiver
    ) const;
    Result<bool> tell_present(const kube::ListQuery& what, const kube::EventReceiver& receiver);

    /// Does everything that has become due, each at its own time.
    void settle();
    void plan(Duration delay, Duty duty, const kube::ObjectKey& key);
    void after_write(const kube::ObjectKey& key, const Json& object);
    void perform(const Due& due);
    void serve(const kube::ObjectKey& key);
    void drop_kind(const kube::ObjectKey& key);
    void empty_namespace(const kube::ObjectKey& key);
    void collect(const Due& due);
    void roll_out(const kube::ObjectKey& key);
    void put(const kube::ObjectKey& key, Json object);

    Timer& timer_;
    ApiOptions options_;
    std::mutex mutex_{};
    // Everything below is guarded by `mutex_`.
    Duration time_{};
    ApiStore store_{};
    std::vector<Due> dues_{};
    /// Since which revision a custom kind can be watched, by the key of its definition.
    std::map<kube::ObjectKey, std::int64_t> served_since_{};
    std::uint64_t uids_ = 0;
};

} // namespace ducksnest::sim
