#pragma once

#include "sim/canary.h"
#include "sim/control_plane.h"
#include "sim/database.h"
#include "sim/kubelets.h"
#include "sim/machines.h"
#include "sim/network.h"
#include "sim/script.h"
#include "sim/trust.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

struct WorldOptions {
    Instant start{};
    std::uint64_t seed = 1;
    Canary canary = Canary::none;
};

/// One run of the whole homelab from one seed. Every machine gets power at the start; the script
/// says what happens to them afterwards. The world only moves when it is stepped.
class World : private MachineWatcher {
public:
    World(const Blueprint& blueprint, Trust& trust, Script script, const WorldOptions& options);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Handles the next event, when it is due at `until` or before; false when it is not.
    bool step(Instant until);
    void run_until(Instant until);

    const Blueprint& blueprint() const { return *blueprint_; }
    const Kernel& kernel() const { return kernel_; }
    const Network& network() const { return network_; }
    const Cluster& cluster() const { return cluster_; }
    const Machines& machines() const { return machines_; }
    const ControlPlane& control_plane() const { return control_plane_; }
    const Kubelets& kubelets() const { return kubelets_; }
    const Database& database() const { return database_; }
    const Script& script() const { return script_; }

    bool is_ready(NodeIndex node) const;
    /// Why the homelab is not as it should be, given which machines have power: nodes that are not
    /// Ready, pods that do not run, a database that cannot write. Empty when all is well.
    std::vector<std::string> complaints() const;
    /// The same as `complaints().empty()`, without the words.
    bool is_well() const;

    /// Folds the final state and ends the run.
    std::uint64_t seal();

private:
    void machine_running(NodeIndex node) override;
    void machine_lost(NodeIndex node) override;
    void act(const Step& step);
    void set_isolated(SiteIndex site, bool isolated);
    bool is_excused(const Pod& pod) const;
    void complain_about_nodes(std::vector<std::string>& found) const;
    void complain_about_pods(std::vector<std::string>& found) const;

    const Blueprint* blueprint_;
    Script script_;
    Kernel kernel_;
    Network network_;
    Cluster cluster_;
    ControlPlane control_plane_;
    Kubelets kubelets_;
    Machines machines_;
    Database database_;
};

} // namespace ducksnest::sim
