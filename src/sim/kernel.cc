#include "sim/kernel.h"

#include "base/assert.h"

#include <utility>

namespace ducksnest::sim {

std::string_view to_string(Topic topic) {
    switch (topic) {
    case Topic::script:
        return "script";
    case Topic::machine:
        return "machine";
    case Topic::node:
        return "node";
    case Topic::pod:
        return "pod";
    case Topic::control_plane:
        return "control-plane";
    case Topic::database:
        return "database";
    case Topic::network:
        return "network";
    }
    std::unreachable();
}

std::string_view to_string(Mark mark) {
    static constexpr std::array<std::string_view, mark_count> names = {
        "machine lost power",
        "machine lost power while booting",
        "site lost power",
        "site isolated",
        "machine returned",
        "node unreachable",
        "node recovered",
        "api unavailable",
        "leader changed",
        "zone fully disrupted",
        "zone partially disrupted",
        "all zones disrupted",
        "left all zones disrupted",
        "taint held back by the limiter",
        "eviction cancelled",
        "pod evicted",
        "pod replaced",
        "pod unschedulable",
        "exclusive pod stuck on a lost node",
        "old pod removed by its returned node",
        "database promoted",
        "database demoted",
        "database sync standby changed",
    };
    return names.at(static_cast<std::size_t>(mark));
}

Event Kernel::take() {
    const Event event = queue_.pop();
    now_ = event.at;
    ++events_;
    digest_.fold(static_cast<std::uint64_t>(elapsed().count()));
    digest_.fold(
        (static_cast<std::uint64_t>(event.kind) << 56U) |
        (static_cast<std::uint64_t>(event.subject) << 28U) | event.epoch
    );
    return event;
}

void Kernel::advance_to(Instant when) {
    ASSERT(when >= now_);
    now_ = when;
}

void Kernel::say(Topic topic, std::string_view subject, std::string text) {
    digest_.fold(subject);
    digest_.fold(text);
    timeline_.push_back(
        {.at = now_, .topic = topic, .subject = std::string(subject), .text = std::move(text)}
    );
    changed();
}

std::uint64_t Kernel::seal() {
    digest_.fold(prng_.next());
    return digest_.value();
}

} // namespace ducksnest::sim
