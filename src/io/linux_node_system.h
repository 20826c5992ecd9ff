#pragma once

#include "ports/node_system.h"

namespace ducksnest::io {

/// This machine, through /proc and symbolic links.
class LinuxNodeSystem final : public NodeSystem {
public:
    Result<BootMoment> now() override;
    std::optional<std::string> resolve(const std::string& path) override;
    std::vector<std::string> names(const std::string& folder) override;
};

} // namespace ducksnest::io
