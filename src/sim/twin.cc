#include "sim/twin.h"

#include <algorithm>

namespace ducksnest::sim {
namespace {

/// Steps a world and passes on what it tells.
class Run {
public:
    Run(World& world, const Listener& listener)
        : world_(&world)
        , listener_(&listener) {}

    bool step(Instant until) {
        if (!world_->step(until)) {
            return false;
        }
        tell();
        return true;
    }

    void tell() {
        const std::vector<Happening>& timeline = world_->kernel().timeline();
        for (; told_ < timeline.size(); ++told_) {
            (*listener_)(timeline[told_], ready_nodes());
        }
    }

private:
    std::size_t ready_nodes() const {
        std::size_t ready = 0;
        for (NodeIndex node = 0; node < world_->blueprint().nodes.size(); ++node) {
            ready += world_->is_ready(node) ? 1U : 0U;
        }
        return ready;
    }

    World* world_;
    const Listener* listener_;
    std::size_t told_ = 0;
};

std::optional<Duration> bring_up(Run& run, World& world, Instant deadline) {
    std::uint64_t looked = world.kernel().revision() - 1;
    while (true) {
        if (world.kernel().revision() != looked) {
            looked = world.kernel().revision();
            if (world.is_well()) {
                return world.kernel().elapsed();
            }
        }
        if (!run.step(deadline)) {
            return std::nullopt;
        }
    }
}

Duration length_of(const TwinOptions& options, Duration ready_after) {
    if (options.length) {
        return *options.length;
    }
    return options.script.empty() ? ready_after
                                  : std::max(options.script.back().at + settle_time, ready_after);
}

} // namespace

TwinReport run_twin(
    const plan::Plan& plan,
    const Blueprint& blueprint,
    Trust& trust,
    const TwinOptions& options,
    const Listener& listener
) {
    World world(blueprint, trust, options.script, {.start = options.start, .seed = options.seed});
    Run run(world, listener);
    run.tell();
    const std::optional<Duration> ready_after =
        bring_up(run, world, options.start + ready_deadline);
    const Instant end = options.start + length_of(options, ready_after.value_or(ready_deadline));
    while (run.step(end)) {
    }
    if (world.kernel().now() < end) {
        world.run_until(end);
    }
    TwinReport report = make_report(world, plan, trust);
    report.seed = options.seed;
    report.ready_after = ready_after;
    return report;
}

} // namespace ducksnest::sim
