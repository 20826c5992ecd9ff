#pragma once

#include "sim/kubelets.h"

#include <optional>
#include <vector>

namespace ducksnest::sim {

/// PostgreSQL under Patroni with Kubernetes as its store, as far as failover goes: a leader lease,
/// one strict synchronous standby chosen by priority, promotion of that standby alone, and a
/// primary that steps down before its lease can be taken from it (ttl 30, loop_wait 10,
/// retry_timeout 10).
class Database {
public:
    Database(
        Cluster& cluster,
        Kernel& kernel,
        const ControlPlane& control_plane,
        const Kubelets& kubelets
    );

    void start();
    /// Handles the members' turns; false when the event is not one.
    bool handle(const Event& event);

    /// What a member's own process believes, checked against its pod really running.
    bool is_primary(MemberIndex member) const;
    bool is_streaming(MemberIndex member) const;
    /// Who leads, by the store.
    std::optional<MemberIndex> leader() const { return leader_; }
    std::optional<MemberIndex> sync_standby() const { return sync_; }
    /// A primary runs, and the standby it waits for (if the plan wants one) streams.
    bool writable() const;
    /// Every commit that was acknowledged is in this member's history; of an asynchronous standby,
    /// all but those that the owner has agreed to lose.
    bool has_all_commits(MemberIndex member) const { return members_[member].complete; }

private:
    struct Member {
        std::uint32_t process = 0; ///< Which process `primary` and `streaming` are about.
        bool primary = false;
        bool streaming = false;
        bool complete = false;
    };

    /// The process that runs now; 0 when none does.
    std::uint32_t process(MemberIndex member) const;
    /// The process that runs is the one that this state is about.
    bool runs(MemberIndex member) const;
    bool reaches(MemberIndex from, MemberIndex to) const;
    void turn(MemberIndex member);
    void lead(MemberIndex member);
    void follow(MemberIndex member);
    void contend(MemberIndex member);
    void promote(MemberIndex member);
    void step_down(MemberIndex member);
    void choose_sync_standby(MemberIndex primary);
    bool wants_sync() const;
    const std::string& name(MemberIndex member) const;

    Cluster* cluster_;
    Kernel* kernel_;
    const ControlPlane* control_plane_;
    const Kubelets* kubelets_;
    Prng prng_;
    std::vector<Member> members_{};
    std::optional<MemberIndex> leader_{};
    std::optional<MemberIndex> sync_{};
    Instant renewed_{}; ///< Of the leader's lease.
    bool initialized_ = false;
};

} // namespace ducksnest::sim
