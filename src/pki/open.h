#pragma once

#include "age/age.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "ports/files.h"
#include "ports/parallel.h"

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::pki {

/// A file as a node's programs read it.
struct OpenedFile {
    std::string path{}; ///< Below the node's folder: "kubelet.key", "bundles/cluster.crt".
    Secret content{};
    std::string user{};     ///< Unix user that owns it; empty: whoever opens.
    bool is_private = true; ///< Mode 0400; otherwise 0444.
};

/// Everything that one node uses: its keys opened with its own host key, their certificates, the
/// public keys and all bundles, sorted by path. A key and its certificate always come together.
/// `not_found` when nothing in the folder belongs to the node, `denied` when the identity is not
/// its own, `corrupt` when a key does not belong to its certificate.
Result<std::vector<OpenedFile>> open_node(
    const Tree& tree,
    std::string_view node,
    const std::vector<age::Identity>& identities,
    Parallel& parallel
);

/// The node whose host key this is, by the fingerprints in the index; empty when it is none's.
Result<std::string> node_of(const Tree& tree, const age::Identity& identity);

/// The EncryptionConfiguration around a key for Secrets at rest
/// (https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/): secretbox with this key,
/// and plain text only for reading what was written before.
Secret encryption_configuration(ByteView key);

} // namespace ducksnest::pki
