#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::model {

enum class Architecture : std::uint8_t { x86_64, arm64 };

/// What an EC2 instance type has.
struct Instance {
    std::string name{};
    std::int64_t cpus = 0;   ///< vCPUs.
    std::int64_t memory = 0; ///< MiB.
    Architecture architecture = Architecture::x86_64;
};

/// "t3.medium". General purpose, compute and memory families up to 4xlarge, as listed by
/// https://docs.aws.amazon.com/ec2/latest/instancetypes (read in 2025-11).
std::optional<Instance> find_instance(std::string_view name);

/// Every name that `find_instance` knows, for "did you mean".
std::vector<std::string> instance_names();

} // namespace ducksnest::model
