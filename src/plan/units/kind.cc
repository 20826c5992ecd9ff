#include "plan/units/units.h"

namespace ducksnest::plan {

MachineKind kind_of(const Machine& machine) {
    const model::Node& node = *machine.node;
    return {
        .role = *node.role,
        .memory_class = machine.memory_class,
        .nvidia = has_nvidia(node),
    };
}

std::string profile_name(const MachineKind& kind) {
    std::string name(model::to_string(kind.role));
    name.append("-").append(to_string(kind.memory_class));
    return kind.nvidia ? name + "-nvidia" : name;
}

} // namespace ducksnest::plan
