#pragma once

#include "net/address.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What the homelab wants issued, as plain values: the plan writes it, the PKI obeys it exactly.
namespace ducksnest::pki {

/// Three separate roots: a certificate of one proves nothing to the others.
enum class Authority : std::uint8_t { cluster, etcd, front_proxy };

/// Extended key usage (RFC 5280 section 4.2.1.12). A leaf has exactly what is asked for.
enum class Usage : std::uint8_t { client, server, client_and_server };

/// One certificate with its private key.
struct CertificateSpec {
    std::string name{}; ///< Unique, a relative path: "nodes/firebat/kubelet".
    Authority authority = Authority::cluster;
    Usage usage = Usage::client;
    std::string common_name{};
    std::vector<std::string> organizations{}; ///< Kubernetes groups.
    std::vector<std::string> dns_names{};     ///< Sorted.
    std::vector<net::Address> addresses{};    ///< Sorted.
    std::vector<std::string> owners{}; ///< Nodes that may open the key; none: operators only.
    std::string user{};                ///< Unix user of the opened key on a node.
    std::vector<std::string> units{};  ///< systemd units to restart when it changes.

    bool operator==(const CertificateSpec&) const = default;
};

enum class SecretKind : std::uint8_t {
    signing_key,    ///< A bare key pair: `name`.key.age and `name`.pub (service accounts).
    encryption_key, ///< 32 random bytes, for Secrets at rest.
};

/// Key material without a certificate. Never replaced implicitly: `certs recreate` only.
struct SecretSpec {
    std::string name{};
    SecretKind kind = SecretKind::signing_key;
    std::vector<std::string> owners{};
    std::string user{};
    std::vector<std::string> units{};

    bool operator==(const SecretSpec&) const = default;
};

/// One connection that must work: who dials whom, under which name, and what each side trusts.
struct TrustEdge {
    std::string client{};      ///< Name of a CertificateSpec.
    std::string server{};      ///< Name of a CertificateSpec.
    std::string server_name{}; ///< DNS name or address the client checks.
    Authority client_trusts = Authority::cluster;
    Authority server_trusts = Authority::cluster;

    bool operator==(const TrustEdge&) const = default;
};

/// A unit that checks others against an authority without showing a certificate of its own: it has
/// to see a bundle that changed, and no certificate tells so.
struct BundleReader {
    std::string node{};
    std::string unit{}; ///< "api-balancer.service".
    Authority authority = Authority::cluster;

    bool operator==(const BundleReader&) const = default;
};

/// Everything the PKI needs to know about the homelab.
struct TrustPlan {
    std::string homelab{};                       ///< Goes into the authorities' names.
    std::vector<CertificateSpec> certificates{}; ///< Sorted by name.
    std::vector<SecretSpec> secrets{};           ///< Sorted by name.
    std::vector<TrustEdge> edges{};
    std::vector<BundleReader> readers{};
    std::map<std::string, std::string> host_keys{
    }; ///< Node to SSH public key; absent: none known yet.
    std::vector<std::string> operators{}; ///< SSH public keys or age1… recipients.
    std::int64_t leaf_days = 365;
    std::int64_t authority_days = 3650;
    std::int64_t renew_before_days = 30;
};

/// "cluster", "etcd", "front-proxy".
std::string_view to_string(Authority authority);
/// "client", "server", "client and server".
std::string_view to_string(Usage usage);

} // namespace ducksnest::pki
