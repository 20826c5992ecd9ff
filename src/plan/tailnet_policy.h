#pragma once

#include "net/address.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Who may reach whom through the tailnet, as Tailscale's policy file says it
/// (https://tailscale.com/docs/reference/syntax/policy-file): what is not granted is denied.
namespace ducksnest::plan {

struct Plan;

/// Runners of the pipeline join under it, ephemeral.
inline constexpr std::string_view pipeline_tag = "tag:ci";
/// Rented replacements join under it.
inline constexpr std::string_view standby_tag = "tag:standby";

/// "tag:control-plane": what a node of this role is in the tailnet.
std::string tailnet_tag(std::string_view role);

/// Addresses under one name; tags stand only for the addresses that Tailscale gives.
struct AddressSet {
    std::string name{}; ///< "ipset:workers".
    std::vector<net::Cidr> addresses{};
    std::string why{};

    bool operator==(const AddressSet&) const = default;
};

struct Grant {
    std::vector<std::string> from{};
    std::vector<std::string> to{};
    std::vector<std::string> ports{}; ///< "tcp:6443", "icmp:*".
    std::string why{};

    bool operator==(const Grant&) const = default;
};

/// A route that is approved without an administrator when a device with this tag announces it, or
/// a part of it.
struct Approver {
    net::Cidr route{};
    std::string tag{};

    bool operator==(const Approver&) const = default;
};

/// What must stay true of the grants; Tailscale refuses a policy whose tests fail.
struct PolicyTest {
    std::string from{};                ///< A tag, or a host of `hosts`.
    std::string protocol{};            ///< tcp or udp.
    std::vector<std::string> accept{}; ///< "control-plane:6443".
    std::vector<std::string> deny{};

    bool operator==(const PolicyTest&) const = default;
};

struct TailnetPolicy {
    std::map<std::string, net::Address> hosts{}; ///< Every node's own address.
    std::vector<AddressSet> sets{};              ///< Sorted by name.
    std::vector<std::string> tags{};             ///< Sorted. Administrators own them all.
    std::vector<Grant> grants{};
    std::vector<Approver> approvers{}; ///< Sorted by route.
    std::vector<PolicyTest> tests{};

    bool operator==(const TailnetPolicy&) const = default;
};

/// From the connections of `plan.trust`, the openings of the nodes' firewalls, and the roads of
/// operators and pipeline. Needs everything of the plan but itself.
TailnetPolicy plan_tailnet_policy(const Plan& plan);

} // namespace ducksnest::plan
