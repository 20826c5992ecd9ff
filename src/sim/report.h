#pragma once

#include "base/json.h"
#include "sim/world.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

struct NodeRow {
    std::string name{};
    std::string site{};
    std::string address{};
    std::string role{};  ///< "control-plane" or "worker".
    std::string state{}; ///< "Ready", "off", "NotReady", "booting".
    std::size_t pods = 0;
    model::Mebibytes requested = 0;
    model::Mebibytes allocatable = 0;
    std::optional<Instant> certificate_expires{}; ///< The first of its certificates to run out.
};

struct WorkloadRow {
    std::string name{};
    std::uint32_t running = 0;
    std::uint32_t wanted = 0;
    std::vector<std::string> nodes{}; ///< Of the running pods, sorted.
    std::string waiting_for{};        ///< Why one of them has no place.
};

struct MemberRow {
    std::string node{};
    std::string site{};
    std::string role{}; ///< "primary", "synchronous standby", "standby", "down".
};

/// How the trust matrix stands.
struct TrustSummary {
    std::size_t edges = 0;
    std::size_t green = 0;
    std::size_t failed = 0;
    std::size_t forbidden = 0; ///< Connections that must fail and were tried.
    std::size_t refused = 0;   ///< Of those, how many failed.
};

/// How a run of the twin ended: what the owner reads.
struct TwinReport {
    std::string homelab{};
    std::uint64_t seed = 0;
    std::vector<NodeRow> nodes{};
    std::vector<WorkloadRow> workloads{};
    std::vector<MemberRow> database{};
    TrustSummary trust{};
    std::vector<Happening> timeline{}; ///< From the first step of the script on.
    std::vector<std::string> complaints{};
    std::optional<Duration> ready_after{}; ///< From power to everything Ready.
    Instant start{};
    Duration simulated{};
    std::uint64_t events = 0;
    std::uint64_t digest = 0;

    bool is_well() const { return complaints.empty() && ready_after; }
};

/// Reads a finished world; seals it.
TwinReport make_report(World& world, const plan::Plan& plan, Trust& trust);

/// "ducksnest.twin/1". Real time and paths are the caller's to add.
Json to_json(const TwinReport& report);

} // namespace ducksnest::sim
