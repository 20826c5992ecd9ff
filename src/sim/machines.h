#pragma once

#include "sim/blueprint.h"
#include "sim/kernel.h"
#include "sim/trust.h"

#include <array>
#include <string>
#include <vector>

namespace ducksnest::sim {

/// How far a machine is. Each stage but the last ends by itself.
enum class Stage : std::uint8_t {
    off,
    firmware,
    kernel,
    network,
    secrets,
    tailnet,
    units,
    running
};

/// Told when a machine has all its units running, and when it has lost them.
class MachineWatcher {
public:
    virtual ~MachineWatcher() = default;
    virtual void machine_running(NodeIndex node) = 0;
    virtual void machine_lost(NodeIndex node) = 0;
};

struct Machine {
    Stage stage = Stage::off;
    Instant since{};
    std::uint32_t life = 0; ///< Counts power-ons and power losses.
    std::string failure{};  ///< Why booting stopped; empty when it did not.
    std::uint32_t boots = 0;
};

/// The machines themselves: power, firmware, kernel, network, their own secrets, the tailnet, and
/// the plan's units one after another.
class Machines {
public:
    Machines(const Blueprint& blueprint, Kernel& kernel, Trust& trust, MachineWatcher& watcher);

    void power_on(NodeIndex node);
    void power_off(NodeIndex node);
    void stage_ended(NodeIndex node, std::uint32_t life);

    const Machine& machine(NodeIndex node) const { return machines_[node]; }
    bool running(NodeIndex node) const { return machines_[node].stage == Stage::running; }
    bool off(NodeIndex node) const { return machines_[node].stage == Stage::off; }

private:
    Duration draw_stage(NodeIndex node, Stage stage);
    void enter(NodeIndex node, Stage stage);
    bool open_secrets(NodeIndex node);

    const Blueprint* blueprint_;
    Kernel* kernel_;
    Trust* trust_;
    MachineWatcher* watcher_;
    std::vector<Machine> machines_{};
    std::vector<Prng> prngs_{
    }; ///< One per machine: another machine's boot does not shift its draws.
};

/// "firmware", "opening secrets".
std::string_view to_string(Stage stage);

} // namespace ducksnest::sim
