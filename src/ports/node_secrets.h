#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace ducksnest {

/// A file of a node's opened secrets.
struct NodeSecret {
    std::string path{}; ///< Relative, as in a Tree.
    ByteView content{};
    std::string user{};     ///< Unix user that owns it; empty: whoever runs us.
    bool is_private = true; ///< Mode 0400; otherwise 0444.
};

/// The folder on a node from which its programs read keys and certificates.
class NodeSecrets {
public:
    virtual ~NodeSecrets() = default;
    /// Whether what is written there stays in memory, never on a disk.
    virtual Result<bool> is_in_memory(const std::string& folder) = 0;
    /// Makes the folder consist of exactly these files, as one step: a program finds the old set or
    /// the new one. A user that this system does not have, or that we may not give files to, leaves
    /// the file to whoever runs us; the answer names those users. `denied`, and nothing is touched,
    /// when the folder holds anything that no earlier call wrote.
    virtual Result<std::vector<std::string>>
    replace(const std::string& folder, const std::vector<NodeSecret>& files) = 0;
};

} // namespace ducksnest
