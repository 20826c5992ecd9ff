#include "model/instances.h"

#include <array>

namespace ducksnest::model {
namespace {

struct Size {
    std::string_view name{};
    std::int64_t cpus = 0;
    std::int64_t memory = 0; ///< MiB.
};

/// Burstable types share one ladder; T2 starts with a single vCPU.
constexpr std::array<Size, 7> burstable = {{
    {"nano", 2, 512},
    {"micro", 2, 1024},
    {"small", 2, 2048},
    {"medium", 2, 4096},
    {"large", 2, 8192},
    {"xlarge", 4, 16384},
    {"2xlarge", 8, 32768},
}};

constexpr std::array<Size, 7> burstable_t2 = {{
    {"nano", 1, 512},
    {"micro", 1, 1024},
    {"small", 1, 2048},
    {"medium", 2, 4096},
    {"large", 2, 8192},
    {"xlarge", 4, 16384},
    {"2xlarge", 8, 32768},
}};

/// All other families have a fixed amount of memory for each vCPU.
constexpr std::array<Size, 5> steady = {{
    {"medium", 1, 0},
    {"large", 2, 0},
    {"xlarge", 4, 0},
    {"2xlarge", 8, 0},
    {"4xlarge", 16, 0},
}};

struct Family {
    std::string_view name{};
    Architecture architecture = Architecture::x86_64;
    std::int64_t memory_per_cpu = 0; ///< MiB; 0: the ladder says it.
    bool has_medium = true;
};

constexpr Architecture x86 = Architecture::x86_64;
constexpr Architecture arm = Architecture::arm64;

constexpr std::array<Family, 31> families = {{
    {"t2", x86, 0},
    {"t3", x86, 0},
    {"t3a", x86, 0},
    {"t4g", arm, 0},
    {"m5", x86, 4096, false},
    {"m5a", x86, 4096, false},
    {"m6i", x86, 4096, false},
    {"m6a", x86, 4096, false},
    {"m6g", arm, 4096},
    {"m7i", x86, 4096, false},
    {"m7i-flex", x86, 4096, false},
    {"m7a", x86, 4096},
    {"m7g", arm, 4096},
    {"m8g", arm, 4096},
    {"c5", x86, 2048, false},
    {"c5a", x86, 2048, false},
    {"c6i", x86, 2048, false},
    {"c6a", x86, 2048, false},
    {"c6g", arm, 2048},
    {"c7i", x86, 2048, false},
    {"c7i-flex", x86, 2048, false},
    {"c7a", x86, 2048},
    {"c7g", arm, 2048},
    {"c8g", arm, 2048},
    {"r5", x86, 8192, false},
    {"r6i", x86, 8192, false},
    {"r6a", x86, 8192, false},
    {"r6g", arm, 8192},
    {"r7i", x86, 8192, false},
    {"r7a", x86, 8192},
    {"r7g", arm, 8192},
}};

/// Calls `visit(Instance)` for every size of a family.
void each_size(const Family& family, auto&& visit) {
    const auto instance = [&](const Size& size) {
        return Instance{
            .name = std::string(family.name) + "." + std::string(size.name),
            .cpus = size.cpus,
            .memory = size.memory + size.cpus * family.memory_per_cpu,
            .architecture = family.architecture,
        };
    };
    if (family.memory_per_cpu == 0) {
        for (const Size& size : family.name == "t2" ? burstable_t2 : burstable) {
            visit(instance(size));
        }
        return;
    }
    for (const Size& size : steady) {
        if (family.has_medium || size.name != "medium") {
            visit(instance(size));
        }
    }
}

} // namespace

std::optional<Instance> find_instance(std::string_view name) {
    const std::string_view wanted = name.substr(0, name.find('.'));
    std::optional<Instance> found;
    for (const Family& family : families) {
        if (family.name == wanted) {
            each_size(family, [&](Instance instance) {
                if (instance.name == name) {
                    found = std::move(instance);
                }
            });
        }
    }
    return found;
}

std::vector<std::string> instance_names() {
    std::vector<std::string> names;
    for (const Family& family : families) {
        each_size(family, [&](const Instance& instance) { names.push_back(instance.name); });
    }
    return names;
}

} // namespace ducksnest::model
