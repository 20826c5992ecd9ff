#pragma once

#include "sim/blueprint.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::sim {

class Needles;

/// One edge of the trust matrix as the twin needs it: which nodes hold its two ends. An end that no
/// node holds is an operator's.
struct EdgeEnds {
    std::vector<NodeIndex> client{};
    std::vector<NodeIndex> server{};
};

/// Connections that must not work, as they were tried.
struct ForbiddenEdges {
    std::size_t tried = 0;
    std::vector<std::string> accepted{}; ///< Those that worked all the same, described.
};

/// What the machines of a world need of the PKI. The real one opens real files with real host keys
/// and shakes hands in memory; tests of the cluster's mechanics do without.
class Trust {
public:
    virtual ~Trust() = default;

    /// A node opens its own secrets with its own host key: how many it opened, or why one of them
    /// does not open.
    virtual Result<std::size_t> open_secrets(NodeIndex node) = 0;
    virtual const std::vector<EdgeEnds>& edges() const = 0;
    /// "kubelet of `firebat` -> kube-apiserver", for messages.
    virtual std::string describe_edge(std::size_t edge) const = 0;
    /// Both ends present their certificates and check the other's at a moment.
    virtual Result<void> shake_hands(std::size_t edge, Instant now) = 0;
    /// When the first certificate of a node runs out.
    virtual std::optional<Instant> expires(NodeIndex node) const = 0;
    virtual ForbiddenEdges forbidden() { return {}; }
    /// Pieces of the private keys, which no event may show; null when there are none.
    virtual const Needles* needles() const { return nullptr; }
};

/// A world in which everybody is believed.
class NoTrust : public Trust {
public:
    Result<std::size_t> open_secrets(NodeIndex /*node*/) override { return std::size_t{0}; }
    const std::vector<EdgeEnds>& edges() const override { return edges_; }
    std::string describe_edge(std::size_t /*edge*/) const override { return {}; }
    Result<void> shake_hands(std::size_t /*edge*/, Instant /*now*/) override { return {}; }
    std::optional<Instant> expires(NodeIndex /*node*/) const override { return std::nullopt; }

private:
    std::vector<EdgeEnds> edges_{};
};

} // namespace ducksnest::sim
