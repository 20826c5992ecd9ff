#pragma once

#include "ports/node_secrets.h"

namespace ducksnest::io {

/// The real one: tmpfs or ramfs by statfs(2), owners by getpwnam(3).
class PosixNodeSecrets final : public NodeSecrets {
public:
    Result<bool> is_in_memory(const std::string& folder) override;
    Result<std::vector<std::string>>
    replace(const std::string& folder, const std::vector<NodeSecret>& files) override;
};

} // namespace ducksnest::io
