#include "base/prng.h"
#include "sim/scenario.h"

#include <algorithm>
#include <array>

namespace ducksnest::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Which kinds of faults a seed uses at all, and how often: drawn per seed, so that some seeds see
/// one kind many times and others everything at once.
struct Swarm {
    std::uint64_t incidents = 1;
    std::uint64_t node_weight = 1;
    std::uint64_t site_weight = 1;
    std::uint64_t link_weight = 1;
    std::uint64_t flap_weight = 1;

    std::uint64_t sum() const { return node_weight + site_weight + link_weight + flap_weight; }
};

Swarm draw_swarm(Prng& prng, const Blueprint& blueprint) {
    Swarm swarm;
    swarm.incidents = 1 + prng.below(6);
    swarm.node_weight = 1 + prng.below(4);
    swarm.site_weight = prng.below(3);
    swarm.link_weight = blueprint.sites.size() > 1 ? prng.below(3) : 0;
    swarm.flap_weight = prng.below(2);
    return swarm;
}

/// Short, around the grace period, around the toleration, or long.
Duration draw_outage(Prng& prng) {
    struct Range {
        Duration low{};
        Duration high{};
    };
    static constexpr std::array<Range, 4> ranges = {{
        {.low = seconds(2), .high = seconds(40)},
        {.low = seconds(40), .high = seconds(75)},
        {.low = minutes(4), .high = minutes(8)},
        {.low = minutes(8), .high = hours(2)},
    }};
    const Range range = ranges.at(prng.below(ranges.size()));
    return Duration(prng.between(range.low.count(), range.high.count()));
}

class Drawing {
public:
    Drawing(const Blueprint& blueprint, std::uint64_t seed, Duration length)
        : blueprint_(&blueprint)
        , prng_(seed ^ 0x6661756c7473U)
        , length_(length) {}

    Script draw() {
        const Swarm swarm = draw_swarm(prng_, *blueprint_);
        for (std::uint64_t i = 0; i < swarm.incidents; ++i) {
            draw_incident(swarm);
        }
        heal();
        std::ranges::stable_sort(script_, {}, &Step::at);
        return std::move(script_);
    }

private:
    void add(Duration at, Action action, std::uint32_t target) {
        script_.push_back({.at = std::min(at, length_), .action = action, .target = target});
    }
    std::uint32_t draw_node() {
        return static_cast<std::uint32_t>(prng_.below(blueprint_->nodes.size()));
    }
    std::uint32_t draw_site() {
        return static_cast<std::uint32_t>(prng_.below(blueprint_->sites.size()));
    }

    void draw_incident(const Swarm& swarm) {
        // From the first second on: a machine may also fail while it boots.
        const Duration at(prng_.between(0, (length_ * 9 / 10).count()));
        std::uint64_t kind = prng_.below(swarm.sum());
        if (kind < swarm.node_weight) {
            const std::uint32_t node = draw_node();
            add(at, Action::kill, node);
            add(at + draw_outage(prng_), Action::return_, node);
            return;
        }
        kind -= swarm.node_weight;
        if (kind < swarm.site_weight) {
            const std::uint32_t site = draw_site();
            add(at, Action::kill_site, site);
            add(at + draw_outage(prng_), Action::return_site, site);
            return;
        }
        kind -= swarm.site_weight;
        if (kind < swarm.link_weight) {
            const std::uint32_t site = draw_site();
            add(at, Action::isolate, site);
            add(at + draw_outage(prng_), Action::rejoin, site);
            return;
        }
        flap(at);
    }

    void flap(Duration at) {
        const std::uint32_t node = draw_node();
        const std::uint64_t times = 2 + prng_.below(4);
        for (std::uint64_t i = 0; i < times; ++i) {
            const Duration down = seconds(30) + milliseconds(prng_.between(0, 40'000));
            add(at, Action::kill, node);
            add(at + down, Action::return_, node);
            at += down + milliseconds(prng_.between(5'000, 180'000));
        }
    }

    void heal() {
        for (std::uint32_t site = 0; site < blueprint_->sites.size(); ++site) {
            add(length_, Action::rejoin, site);
            add(length_, Action::return_site, site);
        }
    }

    const Blueprint* blueprint_;
    Prng prng_;
    Duration length_;
    Script script_{};
};

} // namespace

Script draw_faults(const Blueprint& blueprint, std::uint64_t seed, Duration length) {
    return Drawing(blueprint, seed, length).draw();
}

Script merge_scripts(Script first, const Script& second) {
    first.insert(first.end(), second.begin(), second.end());
    std::ranges::stable_sort(first, {}, &Step::at);
    return first;
}

} // namespace ducksnest::sim
