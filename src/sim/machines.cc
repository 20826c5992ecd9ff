#include "sim/machines.h"

#include "base/text.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::sim {
namespace {

struct Range {
    std::int64_t low_ms = 0;
    std::int64_t high_ms = 0;
};

/// Plausible times, not measured ones: a laptop's BIOS counts its memory, UEFI is quicker, an
/// instance has to be placed by the provider first.
Range firmware_range(const NodeBlueprint& node) {
    if (node.provider == model::Provider::aws) {
        return {.low_ms = 8'000, .high_ms = 25'000};
    }
    return node.boot == model::Boot::bios ? Range{.low_ms = 12'000, .high_ms = 30'000}
                                          : Range{.low_ms = 5'000, .high_ms = 14'000};
}

Range stage_range(const NodeBlueprint& node, Stage stage) {
    const std::int64_t units = node.units == 0 ? 8 : node.units;
    switch (stage) {
    case Stage::firmware:
        return firmware_range(node);
    case Stage::kernel:
        return {.low_ms = 4'000, .high_ms = 11'000};
    case Stage::network:
        return {.low_ms = 800, .high_ms = 6'000};
    case Stage::secrets:
        return {.low_ms = 40, .high_ms = 250};
    case Stage::tailnet:
        return {.low_ms = 700, .high_ms = 4'000};
    case Stage::units:
        return {.low_ms = 300 * units, .high_ms = 1'200 * units};
    case Stage::off:
    case Stage::running:
        return {};
    }
    std::unreachable();
}

} // namespace

std::string_view to_string(Stage stage) {
    switch (stage) {
    case Stage::off:
        return "off";
    case Stage::firmware:
        return "firmware";
    case Stage::kernel:
        return "kernel";
    case Stage::network:
        return "network";
    case Stage::secrets:
        return "opening secrets";
    case Stage::tailnet:
        return "joining the tailnet";
    case Stage::units:
        return "starting units";
    case Stage::running:
        return "running";
    }
    std::unreachable();
}

Machines::Machines(
    const Blueprint& blueprint, Kernel& kernel, Trust& trust, MachineWatcher& watcher
)
    : blueprint_(&blueprint)
    , kernel_(&kernel)
    , trust_(&trust)
    , watcher_(&watcher)
    , machines_(blueprint.nodes.size()) {
    for (std::size_t i = 0; i < machines_.size(); ++i) {
        prngs_.push_back(kernel.fork());
    }
}

Duration Machines::draw_stage(NodeIndex node, Stage stage) {
    const Range range = stage_range(blueprint_->nodes[node], stage);
    return Duration(prngs_[node].between(range.low_ms, range.high_ms));
}

void Machines::power_on(NodeIndex node) {
    Machine& machine = machines_[node];
    if (machine.stage != Stage::off) {
        return;
    }
    ++machine.life;
    machine.failure.clear();
    if (machine.boots++ > 0) {
        kernel_->sometimes(Mark::machine_returned);
    }
    kernel_->say(Topic::machine, blueprint_->nodes[node].name, "has power, boots");
    enter(node, Stage::firmware);
}

void Machines::power_off(NodeIndex node) {
    Machine& machine = machines_[node];
    if (machine.stage == Stage::off) {
        return;
    }
    const bool was_running = machine.stage == Stage::running;
    kernel_->sometimes(
        was_running ? Mark::machine_lost_power : Mark::machine_lost_power_while_booting
    );
    kernel_->say(Topic::machine, blueprint_->nodes[node].name, "loses power");
    ++machine.life;
    machine.stage = Stage::off;
    machine.since = kernel_->now();
    if (was_running) {
        watcher_->machine_lost(node);
    }
}

void Machines::enter(NodeIndex node, Stage stage) {
    Machine& machine = machines_[node];
    machine.stage = stage;
    machine.since = kernel_->now();
    kernel_->changed();
    if (stage == Stage::running) {
        watcher_->machine_running(node);
        return;
    }
    kernel_->after(draw_stage(node, stage), EventKind::machine_stage, node, machine.life);
}

bool Machines::open_secrets(NodeIndex node) {
    const Result<std::size_t> opened = trust_->open_secrets(node);
    const std::string& name = blueprint_->nodes[node].name;
    if (!opened) {
        machines_[node].failure = describe(opened.error());
        kernel_->say(Topic::machine, name, "cannot open its secrets: " + machines_[node].failure);
        return false;
    }
    kernel_->say(
        Topic::machine,
        name,
        fmt::format("opened {} with its own host key", count_of(*opened, "secret"))
    );
    return true;
}

void Machines::stage_ended(NodeIndex node, std::uint32_t life) {
    const Machine& machine = machines_[node];
    if (machine.life != life) {
        return;
    }
    switch (machine.stage) {
    case Stage::firmware:
        return enter(node, Stage::kernel);
    case Stage::kernel:
        return enter(node, Stage::network);
    case Stage::network:
        return enter(node, Stage::secrets);
    case Stage::secrets:
        if (open_secrets(node)) {
            enter(node, Stage::tailnet);
        }
        return;
    case Stage::tailnet:
        return enter(node, Stage::units);
    case Stage::units:
        return enter(node, Stage::running);
    case Stage::off:
    case Stage::running:
        return;
    }
}

} // namespace ducksnest::sim
