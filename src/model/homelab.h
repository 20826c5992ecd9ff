#pragma once

#include "base/time.h"
#include "diag/span.h"
#include "net/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The owner's homelab as homelab.toml says it, typed and with defaults filled in, but with nothing
/// derived: what follows from it is the plan's business. Spans point into homelab.toml; a value
/// that was defaulted carries the span of its section's header. Lists are sorted by name, so the
/// order of sections in the file does not matter.
namespace ducksnest::model {

template <class T>
using Spanned = diag::Spanned<T>;

using Mebibytes = std::int64_t;
/// Money is integer millionths of a US dollar: 0.0208 USD/h is 20 800.
using MicroUsd = std::int64_t;

enum class Provider : std::uint8_t { own, aws };

/// A failure domain: one router, one roof, one provider region. Becomes the zone label.
struct Site {
    std::string name{};
    diag::Span span{};
    Provider provider = Provider::own;
    Spanned<net::Cidr> cidr{};
    std::optional<Spanned<std::string>> interface{}; ///< Glob over interface names: "wlan*".
    std::optional<Spanned<std::string>> region{};    ///< AWS region; set when provider is aws.
    std::optional<Spanned<net::Address>> gateway{};
    std::optional<Spanned<std::string>> state_bucket{}; ///< Terraform's; set when provider is aws.
};

enum class Role : std::uint8_t { control_plane, worker };
enum class Boot : std::uint8_t { uefi, bios };

/// One machine.
struct Node {
    std::string name{};
    diag::Span span{};
    Spanned<std::string> site{};
    Spanned<Role> role{};
    std::optional<Spanned<net::Address>> address{};  ///< In the site's CIDR; planned when absent.
    std::optional<Spanned<std::string>> interface{}; ///< The real name: "wlan0".
    std::optional<Spanned<std::string>> instance{};  ///< EC2 instance type, on AWS sites.
    std::optional<Spanned<std::string>> host_key{};  ///< "ssh-ed25519 AAAA…", the public half.
    std::optional<Spanned<net::Address>> tailnet_address{
    }; ///< When the owner knows it: goes into SANs.
    std::vector<Spanned<std::string>> names{}; ///< Further DNS names for its certificates.
    Spanned<std::int64_t> cpus{};              ///< Threads.
    Spanned<Mebibytes> memory{};
    Spanned<Mebibytes> disk{};
    std::optional<Spanned<std::string>> cpu_model{};
    std::optional<Spanned<std::string>> gpu{}; ///< "nvidia-…" asks for the NVIDIA runtime.
    Boot boot = Boot::uefi;
};

enum class Encapsulation : std::uint8_t { vxlan_cross_subnet, vxlan };

struct Calico {
    Spanned<Encapsulation> encapsulation{};
    std::optional<Spanned<std::int64_t>> mtu{}; ///< Bytes; normally computed.
};

struct Network {
    diag::Span span{};
    Spanned<net::Cidr> pods{};
    Spanned<net::Cidr> services{};
    Spanned<net::Cidr> tailnet{};
    std::optional<Spanned<std::string>> tailnet_domain{}; ///< MagicDNS suffix: "duck.ts.net".
    Spanned<std::int64_t> tailnet_mtu{};                  ///< Bytes; Tailscale's TUN has 1280.
    Calico calico{};
};

/// Lifetimes in whole days.
struct Certificates {
    diag::Span span{};
    Spanned<std::int64_t> leaf_days{};
    Spanned<std::int64_t> authority_days{};
    Spanned<std::int64_t> renew_before_days{}; ///< `certs renew` reissues, `certs status` warns.
};

/// The Nix binary cache.
struct Cache {
    diag::Span span{};
    Spanned<std::string> bucket{};
    std::optional<Spanned<std::string>> public_key{}; ///< "name-1:base64", Nix's format.
    Spanned<std::int64_t> keep_generations{};
};

/// PostgreSQL. Members and their kind of replication are planned from rpo and rto.
struct Database {
    diag::Span span{};
    Spanned<std::int64_t> version{}; ///< Major version.
    Spanned<Duration> rpo{};         ///< 0: no acknowledged commit may be lost, also with a site.
    Spanned<Duration> rto{};         ///< Writable again after the loss of a site.
    Spanned<Mebibytes> memory{};     ///< Request per member.
    Spanned<Mebibytes> storage{};    ///< Local volume per member.
    std::optional<Spanned<std::string>> bucket{}; ///< Backups.
    Spanned<std::int64_t> retention_days{};
};

struct Logs {
    diag::Span span{};
    Spanned<std::string> bucket{};
    Spanned<std::int64_t> retention_days{};
};

/// An instance type the owner is ready to pay for, in order of preference.
struct Offer {
    diag::Span span{};
    Spanned<std::string> instance{};
    Spanned<MicroUsd> hourly{};
};

/// Who, besides the Kubernetes API, is asked whether a site is lost.
enum class Witness : std::uint8_t { tailnet, s3_heartbeat, router_probe };

struct DisasterRecovery {
    diag::Span span{};
    Spanned<std::string> site{}; ///< Where replacements start; an AWS site.
    std::vector<Offer> offers{};
    Spanned<std::int64_t> max_replacements{};
    Spanned<MicroUsd> monthly_budget{};
    Spanned<Duration> confirm{}; ///< A site must be lost this long before money is spent.
    Spanned<Duration> stable{};  ///< A returned node must be Ready this long before failback.
    std::vector<Spanned<Witness>> witnesses{};
};

struct GitOps {
    diag::Span span{};
    Spanned<std::string> repository{};
    Spanned<std::string> revision{};
    Spanned<std::string> path{};
};

enum class Expose : std::uint8_t { none, cloudflare, tailscale };

struct App {
    std::string name{};
    diag::Span span{};
    Spanned<std::string> image{};
    std::optional<Spanned<std::string>> host{};
    Spanned<Expose> expose{};
    Spanned<std::int64_t> replicas{};
    Spanned<std::int64_t> port{};
    Spanned<std::int64_t> cpu_millis{};
    Spanned<Mebibytes> memory{};
};

struct Homelab {
    diag::Span span{}; ///< Of `[homelab]`.
    Spanned<std::string> name{};
    Spanned<std::string> domain{};                 ///< Cluster DNS domain.
    Spanned<std::string> timezone{};               ///< tz database name.
    std::vector<Spanned<std::string>> operators{}; ///< SSH public keys or age1… recipients.
    std::vector<Site> sites{};
    Network network{};
    Certificates certificates{};
    std::vector<Node> nodes{};
    std::optional<Cache> cache{};
    std::optional<Database> database{};
    std::optional<Logs> logs{};
    std::optional<DisasterRecovery> dr{};
    std::optional<GitOps> gitops{};
    std::vector<App> apps{};

    const Site* find_site(std::string_view site_name) const;
    const Node* find_node(std::string_view node_name) const;
};

/// The standard spelling: "control-plane", "VXLANCrossSubnet", "s3-heartbeat".
std::string_view to_string(Provider value);
std::string_view to_string(Role value);
std::string_view to_string(Boot value);
std::string_view to_string(Encapsulation value);
std::string_view to_string(Witness value);
std::string_view to_string(Expose value);

} // namespace ducksnest::model
