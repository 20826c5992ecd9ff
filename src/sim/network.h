#pragma once

#include "sim/blueprint.h"

#include <cstdint>
#include <vector>

namespace ducksnest::sim {

/// Sites and the links between them. Inside a site everybody reaches everybody; between sites the
/// tailnet carries the traffic unless one of the two is cut off.
class Network {
public:
    explicit Network(const Blueprint& blueprint)
        : isolated_(blueprint.sites.size(), false) {}

    bool reachable(SiteIndex from, SiteIndex to) const {
        return from == to || (!isolated_[from] && !isolated_[to]);
    }
    bool isolated(SiteIndex site) const { return isolated_[site]; }
    void isolate(SiteIndex site) { isolated_[site] = true; }
    void rejoin(SiteIndex site) { isolated_[site] = false; }

    /// Round trip between two sites: a house network, or a tunnel over the open internet.
    Duration round_trip(SiteIndex from, SiteIndex to) const {
        return from == to ? Duration(3) : Duration(28);
    }

private:
    std::vector<bool> isolated_{};
};

} // namespace ducksnest::sim
