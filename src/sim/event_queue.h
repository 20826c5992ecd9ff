#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ducksnest::sim {

/// Everything that can come due in the twin, by the part that handles it.
enum class EventKind : std::uint8_t {
    script_step,       ///< subject: index into the script. The world.
    machine_stage,     ///< subject: node. A stage of booting has ended.
    kubelet_sync,      ///< subject: node. Renew the lease, tell the API what changed.
    container_started, ///< subject: pod.
    container_stopped, ///< subject: pod. A deleted pod's processes are gone.
    leader_election,   ///< A candidate may take the controllers' lease.
    node_monitor,      ///< The node lifecycle controller looks at every node.
    taint_pass,        ///< The node lifecycle controller works off its taint queues.
    bootstrap,         ///< The bootstrap looks whether its next phase may begin.
    evict_pod,         ///< subject: pod. Its toleration of a NoExecute taint has run out.
    reconcile,         ///< The workload controllers compare wish and pods.
    schedule,          ///< The scheduler tries the pending pods.
    database_loop,     ///< subject: member. One turn of its high-availability loop.
};

/// One thing that comes due. `epoch` belongs to the handler: it drops events of an earlier life.
struct Event {
    Instant at{};
    std::uint64_t sequence = 0; ///< Order of scheduling; breaks ties of time.
    EventKind kind = EventKind::script_step;
    std::uint32_t subject = 0;
    std::uint32_t epoch = 0;
};

/// What comes next: by time, then by the order in which it was scheduled. Nothing else decides.
class EventQueue {
public:
    /// `at` may not lie before the event popped last.
    void push(Instant at, EventKind kind, std::uint32_t subject, std::uint32_t epoch);
    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    /// The queue must not be empty.
    const Event& next() const { return heap_.front(); }
    Event pop();

private:
    std::vector<Event> heap_{};
    std::uint64_t scheduled_ = 0;
    Instant popped_{Duration::min()};
};

} // namespace ducksnest::sim
