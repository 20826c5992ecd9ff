#pragma once

#include "model/homelab.h"
#include "model/instances.h"
#include "net/address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the homelab owns at AWS, as far as it follows from homelab.toml. Terraform makes it from
/// rendered variables; `ducksnest` finds it again by the same names.
namespace ducksnest::plan {

struct Context;

/// Nodes write heartbeats below this prefix of the cache's bucket: "ducksnest/heartbeats/firebat".
inline constexpr std::string_view heartbeats_prefix = "ducksnest/heartbeats/";
/// Tags that say whose a resource is, which node an instance is, and which slot a replacement has.
inline constexpr std::string_view homelab_tag = "ducksnest:homelab";
inline constexpr std::string_view node_tag = "ducksnest:node";
inline constexpr std::string_view slot_tag = "ducksnest:slot";

/// Half of the site's network in an availability zone of its own.
struct Subnet {
    std::string name{}; ///< "a" or "b"; which zone that is, AWS says.
    net::Cidr cidr{};

    bool operator==(const Subnet&) const = default;
};

/// A node that stands at AWS.
struct CloudInstance {
    std::string name{};
    model::Role role = model::Role::worker;
    net::Address address{};
    std::string subnet{}; ///< The one that has the address.
    std::string instance{};
    model::Architecture architecture = model::Architecture::x86_64;
    std::int64_t root_gib = 0;

    bool operator==(const CloudInstance&) const = default;
};

/// A place for a machine that may be rented: it exists as a launch template, not as a machine.
struct StandbySlot {
    std::string name{}; ///< "standby-1".
    std::string subnet{};
    std::int64_t root_gib = 0;

    bool operator==(const StandbySlot&) const = default;
};

enum class BucketPurpose : std::uint8_t { backups, cache, logs };

struct Bucket {
    BucketPurpose purpose = BucketPurpose::cache;
    std::string name{};
    std::optional<std::int64_t> expire_days{}; ///< Current objects; absent: never by S3.
    std::int64_t noncurrent_days = 0;          ///< Replaced and deleted ones are kept this long.

    bool operator==(const Bucket&) const = default;
};

/// Where Terraform keeps its state, and the lock beside it.
struct StateBackend {
    std::string bucket{};
    std::string key{};

    bool operator==(const StateBackend&) const = default;
};

/// Who may deploy: a repository on github.com and its branch.
struct GitHubRepository {
    std::string repository{}; ///< "owner/name".
    std::string branch{};

    bool operator==(const GitHubRepository&) const = default;
};

struct Cloud {
    std::string site{};
    std::string region{};
    net::Cidr network{};
    std::array<Subnet, 2> subnets{};
    std::vector<CloudInstance> instances{}; ///< Sorted by name.
    std::vector<StandbySlot> slots{};
    std::vector<std::string> offers{}; ///< Instance types of slots, the preferred first.
    model::Architecture offers_architecture = model::Architecture::x86_64;
    std::vector<Bucket> buckets{}; ///< Sorted by purpose.
    StateBackend state{};
    std::optional<GitHubRepository> github{};
    std::int64_t monthly_limit_usd = 0; ///< AWS warns above it.

    bool operator==(const Cloud&) const = default;
};

/// Nothing without an AWS site. The model must have passed `check`.
std::optional<Cloud> plan_cloud(const Context& context);

/// Both halves of a network of an AWS site; its prefix must be 27 or shorter.
std::array<Subnet, 2> halves(const net::Cidr& network);
/// Whether AWS keeps the address in its half: the first four and the last one ("Subnet CIDR
/// blocks", Amazon VPC User Guide).
bool is_kept_by_aws(const net::Cidr& network, const net::Address& address);

/// "owner/name" of a repository on github.com, by any of the three forms git takes.
std::optional<std::string> github_repository(std::string_view url);

/// "ducksnest/hosts/control-plane/ssh-host-key" and ".../tailnet-key": entries of AWS Secrets
/// Manager. Terraform makes them empty; their values never pass through it.
std::string host_key_secret(std::string_view homelab, std::string_view node);
std::string tailnet_key_secret(std::string_view homelab, std::string_view node);

/// "backups", "cache", "logs".
std::string_view to_string(BucketPurpose purpose);

} // namespace ducksnest::plan
