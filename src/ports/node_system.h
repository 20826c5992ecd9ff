#pragma once

#include "base/result.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest {

/// A moment of a machine: comparable only within one boot, and untouched by clocks being set.
struct BootMoment {
    std::string boot_id{}; ///< random(4), "boot_id".
    Duration since_boot{}; ///< CLOCK_BOOTTIME: counts sleep.
};

/// What a node's programs cannot learn through files and commands.
class NodeSystem {
public:
    virtual ~NodeSystem() = default;
    virtual Result<BootMoment> now() = 0;
    /// Where a path leads after every symbolic link; nothing when that does not exist.
    virtual std::optional<std::string> resolve(const std::string& path) = 0;
    /// The names in a folder, sorted; none when there is no such folder.
    virtual std::vector<std::string> names(const std::string& folder) = 0;
};

} // namespace ducksnest
