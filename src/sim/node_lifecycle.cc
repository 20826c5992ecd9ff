#include "sim/node_lifecycle.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::sim {

NodeLifecycle::NodeLifecycle(Cluster& cluster, Kernel& kernel)
    : cluster_(&cluster)
    , kernel_(&kernel) {}

void NodeLifecycle::start() {
    running_ = true;
    started_ = kernel_->now();
    ++epoch_;
    armed_.reset();
    all_disrupted_ = false;
    health_.assign(cluster_->node_count(), Health{});
    zones_.assign(cluster_->blueprint().zones.size(), Zone{.queue = TaintQueue(kernel_->now())});
    for (NodeIndex node = 0; node < cluster_->node_count(); ++node) {
        sync_no_schedule(node);
    }
    kernel_->at(kernel_->now(), EventKind::node_monitor, 0, epoch_);
}

void NodeLifecycle::stop() {
    running_ = false;
    ++epoch_;
}

std::optional<Instant> NodeLifecycle::probed(NodeIndex node) const {
    if (!running_ || !health_[node].known) {
        return std::nullopt;
    }
    return health_[node].probe;
}

void NodeLifecycle::sync_no_schedule(NodeIndex index) {
    const NodeObject& node = cluster_->node(index);
    if (!running_ || !node.registered || !node.posted) {
        return;
    }
    ConditionTaints taints = node.taints;
    taints.not_ready_no_schedule = node.ready == Condition::false_;
    taints.unreachable_no_schedule = node.ready == Condition::unknown;
    cluster_->set_taints(index, taints);
}

void NodeLifecycle::monitor(std::uint32_t epoch) {
    if (!running_ || epoch != epoch_) {
        return;
    }
    for (Zone& zone : zones_) {
        zone.ready = 0;
        zone.not_ready = 0;
    }
    for (NodeIndex node = 0; node < cluster_->node_count(); ++node) {
        if (cluster_->node(node).registered) {
            observe(node);
        }
    }
    if (is_overtaken()) {
        taint_waiting();
    }
    handle_disruption();
    arm_taint_pass();
    kernel_->after(lifecycle::monitor_period, EventKind::node_monitor, 0, epoch_);
}

void NodeLifecycle::observe(NodeIndex node) {
    Zone& zone = zone_of(node);
    if (!health_[node].known) {
        // A node that this controller sees for the first time is given the benefit of the doubt.
        mark_reachable(node);
        zone.seen = true;
    }
    probe_health(node);
    const NodeObject& object = cluster_->node(node);
    const bool ready = object.posted && object.ready == Condition::true_;
    ++(ready ? zone.ready : zone.not_ready);
    if (object.posted) {
        apply_condition(node);
    }
}

void NodeLifecycle::probe_health(NodeIndex node) {
    const NodeObject& object = cluster_->node(node);
    Health& health = health_[node];
    const Duration grace = object.posted ? lifecycle::monitor_grace : lifecycle::startup_grace;
    if (!health.known) {
        health.known = true;
        health.probe = object.posted ? kernel_->now() : object.created;
    } else if (object.posted && (!health.posted || health.heartbeat != object.heartbeat)) {
        health.probe = kernel_->now();
    }
    health.posted = object.posted;
    health.heartbeat = object.heartbeat;
    if (object.lease_renewed && (!health.lease || *health.lease < *object.lease_renewed)) {
        health.lease = object.lease_renewed;
        health.probe = kernel_->now();
    }
    if (kernel_->now() > health.probe + grace &&
        (!object.posted || object.ready != Condition::unknown)) {
        lose(node);
    }
}

void NodeLifecycle::lose(NodeIndex node) {
    const bool was_ready = cluster_->node(node).ready == Condition::true_;
    cluster_->mark_unknown(node);
    health_[node].posted = true;
    kernel_->sometimes(Mark::node_unreachable);
    kernel_->say(
        Topic::node,
        cluster_->name(node),
        fmt::format(
            "Ready is Unknown: no lease for {}",
            format_duration(std::chrono::floor<std::chrono::seconds>(
                kernel_->now() - cluster_->node(node).lease_renewed.value_or(kernel_->now())
            ))
        )
    );
    if (!was_ready) {
        return;
    }
    // Services stop sending to its pods at once; only deleting them is rate limited.
    for (const Pod& pod : cluster_->pods()) {
        if (pod.node == node && pod.ready) {
            cluster_->mark_not_ready(pod.id);
        }
    }
}

void NodeLifecycle::apply_condition(NodeIndex node) {
    const NodeObject& object = cluster_->node(node);
    TaintQueue& queue = zone_of(node).queue;
    ConditionTaints taints = object.taints;
    switch (object.ready) {
    case Condition::true_:
        mark_reachable(node);
        return;
    case Condition::false_:
        if (taints.unreachable_no_execute) {
            taints.unreachable_no_execute = false;
            taints.not_ready_no_execute = true;
            cluster_->set_taints(node, taints);
            return;
        }
        if (!taints.not_ready_no_execute) {
            queue.remove(node);
        }
        break;
    case Condition::unknown:
        if (taints.not_ready_no_execute) {
            taints.not_ready_no_execute = false;
            taints.unreachable_no_execute = true;
            cluster_->set_taints(node, taints);
            return;
        }
        if (!taints.unreachable_no_execute) {
            queue.remove(node);
        }
        break;
    }
    queue.add(node);
}

void NodeLifecycle::mark_reachable(NodeIndex node) {
    ConditionTaints taints = cluster_->node(node).taints;
    taints.not_ready_no_execute = false;
    taints.unreachable_no_execute = false;
    cluster_->set_taints(node, taints);
    zone_of(node).queue.remove(node);
}

void NodeLifecycle::handle_disruption() {
    bool all_are = true;
    bool all_were = true;
    for (const Zone& zone : zones_) {
        if (zone.seen) {
            all_are = all_are &&
                      compute_zone_state(zone.ready, zone.not_ready) == ZoneState::full_disruption;
            all_were = all_were && zone.state == ZoneState::full_disruption;
        }
    }
    if (all_are && all_were) {
        return;
    }
    if (all_are) {
        enter_all_disrupted();
    } else if (all_were) {
        leave_all_disrupted();
    } else {
        for (std::uint32_t zone = 0; zone < zones_.size(); ++zone) {
            set_zone(zone, compute_zone_state(zones_[zone].ready, zones_[zone].not_ready));
        }
    }
}

void NodeLifecycle::enter_all_disrupted() {
    all_disrupted_ = true;
    kernel_->sometimes(Mark::all_zones_disrupted);
    const auto had_state = [](const Zone& zone) { return zone.state != ZoneState::initial; };
    if (std::ranges::any_of(zones_, had_state)) {
        kernel_->say(
            Topic::control_plane,
            "cluster",
            "no node is Ready in any zone: evictions stop, taints go"
        );
    }
    for (NodeIndex node = 0; node < cluster_->node_count(); ++node) {
        if (cluster_->node(node).registered) {
            mark_reachable(node);
        }
    }
    for (Zone& zone : zones_) {
        zone.queue.swap_limiter(0, kernel_->now());
        zone.state = ZoneState::full_disruption;
    }
}

void NodeLifecycle::leave_all_disrupted() {
    all_disrupted_ = false;
    kernel_->sometimes(Mark::left_all_zones_disrupted);
    for (Health& health : health_) {
        health.probe = kernel_->now();
    }
    for (std::uint32_t zone = 0; zone < zones_.size(); ++zone) {
        // All limiters stood at zero, also that of a zone that stays fully disrupted.
        zones_[zone].state = ZoneState::initial;
        set_zone(zone, compute_zone_state(zones_[zone].ready, zones_[zone].not_ready));
    }
}

void NodeLifecycle::set_zone(std::uint32_t index, ZoneState state) {
    Zone& zone = zones_[index];
    if (!zone.seen || zone.state == state) {
        return;
    }
    const std::int64_t rate = taint_rate(state, zone.ready + zone.not_ready);
    zone.queue.swap_limiter(rate, kernel_->now());
    const std::string& name = cluster_->blueprint().zones[index];
    if (state == ZoneState::full_disruption) {
        kernel_->sometimes(Mark::zone_fully_disrupted);
    }
    if (state == ZoneState::partial_disruption) {
        kernel_->sometimes(Mark::zone_partially_disrupted);
    }
    if (zone.state != ZoneState::initial || state == ZoneState::partial_disruption) {
        kernel_->say(
            Topic::control_plane,
            "cluster",
            fmt::format(
                "zone {} is {}{}",
                name.empty() ? "without a label" : fmt::format("`{}`", name),
                to_string(state),
                rate == 0 ? ": evictions stop there" : ""
            )
        );
    }
    zone.state = state;
}

void NodeLifecycle::arm_taint_pass() {
    std::optional<Instant> due;
    for (const Zone& zone : zones_) {
        const std::optional<Instant> ready = zone.queue.ready_at(kernel_->now());
        if (ready && (!due || *ready < *due)) {
            due = ready;
        }
        if (zone.queue.waiting() && (!ready || *ready > kernel_->now())) {
            kernel_->sometimes(Mark::taint_held_back);
        }
    }
    if (!due) {
        return;
    }
    // The real controller looks every 100 ms; looking only when a look would find something gives
    // the same moments.
    const Duration period = lifecycle::taint_period;
    const Duration since = *due - started_;
    const Instant tick = started_ + (since + period - Duration(1)) / period * period;
    if (!armed_ || tick < *armed_) {
        armed_ = tick;
        kernel_->at(tick, EventKind::taint_pass, 0, epoch_);
    }
}

void NodeLifecycle::taint_pass(std::uint32_t epoch) {
    if (!running_ || epoch != epoch_ || !armed_ || *armed_ != kernel_->now()) {
        return;
    }
    armed_.reset();
    taint_waiting();
    arm_taint_pass();
}

void NodeLifecycle::taint_waiting() {
    for (Zone& zone : zones_) {
        while (const std::optional<std::uint32_t> node = zone.queue.take(kernel_->now())) {
            taint(*node);
        }
    }
}

/// The real controller taints in a loop of its own, every 100 ms. A look at all nodes writes to the
/// API for each lost one and judges the zones only then, so when a house goes dark the loop often
/// comes between: the first node is tainted by the old rate, and then its zone is held. Seen on
/// kube-controller-manager 1.36 (tests/kube, eviction).
bool NodeLifecycle::is_overtaken() {
    const bool somebody_waits = std::ranges::any_of(zones_, [&](const Zone& zone) {
        const std::optional<Instant> ready = zone.queue.ready_at(kernel_->now());
        return ready && *ready <= kernel_->now();
    });
    if (!somebody_waits) {
        return false;
    }
    if (!prng_) {
        prng_ = kernel_->fork();
    }
    return prng_->chance({1, 2});
}

void NodeLifecycle::taint(NodeIndex node) {
    const NodeObject& object = cluster_->node(node);
    ConditionTaints taints = object.taints;
    switch (object.ready) {
    case Condition::true_:
        return;
    case Condition::false_:
        taints.not_ready_no_execute = true;
        taints.unreachable_no_execute = false;
        break;
    case Condition::unknown:
        taints.unreachable_no_execute = true;
        taints.not_ready_no_execute = false;
        break;
    }
    cluster_->set_taints(node, taints);
}

} // namespace ducksnest::sim
