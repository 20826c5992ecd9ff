#pragma once

#include "base/json.h"

#include <string>
#include <vector>

namespace ducksnest::testing {

/// A connection through the tailnet, as the policy sees it: who, by a tag or an address, whom, by
/// a tag or an address, and "tcp", "udp" or "icmp" with its port.
struct Connection {
    std::string from{};
    std::string to{};
    std::string protocol{};
    int port = 0;
};

/// The part of Tailscale's policy language that a homelab's policy uses, evaluated as documented
/// (https://tailscale.com/docs/features/access-control/grants/grants-explained): every grant
/// allows, all are added together, what none allows is denied. A tag stands for the addresses that
/// Tailscale gives to its devices and never for routes they announce; those go by address
/// (https://tailscale.com/docs/reference/syntax/grants).
class Tailnet {
public:
    explicit Tailnet(Json policy)
        : policy_(std::move(policy)) {}

    bool allows(const Connection& connection) const;

    /// What is wrong with the policy: a name that is not defined, a tag nobody owns, a section or
    /// a field that does not exist, and the policy's own tests that do not hold.
    std::vector<std::string> complaints() const;

    /// Whether a device with this tag may announce the route without being asked.
    bool approves(const std::string& tag, const std::string& route) const;

private:
    bool matches(const std::string& selector, const std::string& party) const;
    bool set_contains(const std::string& set, const std::string& party) const;
    void check_names(std::vector<std::string>& out) const;
    void check_tests(std::vector<std::string>& out) const;

    Json policy_;
};

} // namespace ducksnest::testing
