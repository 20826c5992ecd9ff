#pragma once

#include "base/json.h"
#include "plan/plan.h"

#include <map>
#include <string>
#include <string_view>

namespace ducksnest::local {

/// Where the homelab's machines stand on this one. The plan's argv and files stay as they are but
/// for two things: an address that somebody listens on or dials becomes one of 127.0.0.0/8 (each
/// node has its own, so ports keep their numbers), and an absolute path below /etc, /run or /var
/// moves below the node's folder.
class Mapping {
public:
    /// `folder` is absolute; `network` (1 to 250) is the second octet of every address.
    Mapping(const plan::Plan& plan, std::string folder, int network);

    /// "127.64.0.1".
    std::string address_of(std::string_view node) const;
    /// The node's root folder.
    std::string folder_of(std::string_view node) const;

    /// Text as the node would read it: addresses of nodes, the node's own loopback and "every
    /// address" (0.0.0.0) mapped, paths moved. Networks ("10.96.0.0/12") are not addresses.
    std::string text(std::string_view node, std::string_view text) const;
    /// The same for every string in a value.
    Json json(std::string_view node, const Json& json) const;
    plan::Unit unit(std::string_view node, const plan::Unit& unit) const;
    plan::ConfigFile file(std::string_view node, const plan::ConfigFile& file) const;
    /// The same certificates, valid for the mapped addresses as well.
    pki::TrustPlan trust(const pki::TrustPlan& trust) const;

private:
    std::string argument(std::string_view node, const std::string& argument) const;
    std::string addresses_mapped(std::string_view node, std::string_view text) const;

    std::string folder_;
    std::map<std::string, std::string, std::less<>> by_node_{};    ///< Node to mapped address.
    std::map<std::string, std::string, std::less<>> by_address_{}; ///< Planned to mapped address.
};

} // namespace ducksnest::local
