#pragma once

#include "age/age.h"
#include "pki/spec.h"
#include "plan/plan.h"
#include "ports/files.h"
#include "ports/parallel.h"
#include "ports/random.h"
#include "sim/checker.h"
#include "sim/trust.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::sim {

/// The twin's own authorities, certificates, host keys and operator: made anew for a run, shared
/// with nothing, thrown away with it. Never the homelab's secrets. Immutable once made.
class TwinGround {
public:
    /// Everything new, with real keys and real age files, for the plan's certificates and edges.
    static Result<TwinGround>
    make(const plan::Plan& plan, Instant now, Random& random, Parallel& parallel);

    /// The private keys that a node may open, by the certificates' names.
    using Keys = std::map<std::string, Secret, std::less<>>;

    /// Decrypts a node's files with its own host key alone, and checks that every credential its
    /// units ask for is among them.
    Result<Keys> open(NodeIndex node) const;
    /// What the operator opens: the keys that no node holds.
    Result<Keys> open_as_operator() const;
    /// A TLS handshake in memory along an edge, with the keys that its two ends have opened.
    Result<void>
    shake_hands(std::size_t edge, const Secret& client, const Secret& server, Instant now) const;
    /// Tries connections that must fail, against every server of the matrix: a client's certificate
    /// of another authority, a server's certificate in a client's place, another name, and the
    /// right pair after its expiry. `key_of` gives the opened key of a certificate, or null.
    ForbiddenEdges try_forbidden(
        const std::function<const Secret*(const std::string& certificate)>& key_of,
        Instant now,
        Parallel& parallel
    ) const;

    const std::vector<EdgeEnds>& edges() const { return ends_; }
    const pki::TrustEdge& edge(std::size_t index) const { return trust_.edges[index]; }
    /// When the first of a node's certificates runs out.
    std::optional<Instant> expires(NodeIndex node) const { return expires_[node]; }
    std::size_t node_count() const { return hosts_.size(); }

    /// What the owner may look at with openssl and age: the secrets tree, the host keys and the
    /// operator's key, private ones marked as such.
    Tree artifacts() const;
    /// Pieces of every private key, for the checker that looks for them in events.
    Needles needles(const std::vector<Keys>& opened) const;

private:
    struct Host {
        std::string name{};
        age::HostKeyPair pair{};
        std::vector<age::Identity> identities{}; ///< The pair's private half, read.
    };

    TwinGround() = default;
    Result<void> make_hosts(const plan::Plan& plan, Random& random);
    Result<void> issue(Instant now, Random& random, Parallel& parallel);
    void find_ends();
    void find_credentials(const plan::Plan& plan);
    Result<Keys> open_names(
        const std::vector<std::string>& names, const std::vector<age::Identity>& identities
    ) const;
    Result<ByteView> file(const std::string& path) const;

    /// One credential that a unit asks for, under the name it has on its node.
    struct Credential {
        std::string unit{};
        std::string name{};
    };

    pki::TrustPlan trust_{}; ///< The plan's, with the twin's own host keys and operator.
    std::vector<Host> hosts_{};
    Host operator_{};
    Tree tree_{};
    std::vector<EdgeEnds> ends_{};
    std::vector<std::vector<Credential>> credentials_{}; ///< By node.
    std::vector<std::optional<Instant>> expires_{};      ///< By node.
};

} // namespace ducksnest::sim
