#pragma once

#include "net/address.h"
#include "ports/files.h"
#include "ports/machine.h"

#include <string>
#include <vector>

/// What `ducksnest init` writes for somebody who has nothing yet: from facts to files, no
/// questions.
namespace ducksnest::app {

/// A homelab of one machine.
struct NewHomelab {
    std::string name{};
    std::string timezone{};
    std::vector<std::string> operators{};
    net::Cidr lan{};
    net::Cidr pods{};
    net::Cidr services{};
    std::string interface_pattern{}; ///< Of the site: "wlan*".
    std::string node{};
    net::Address address{};
    std::string interface{};             ///< Of the node: "wlan0".
    std::vector<std::string> hardware{}; ///< TOML lines that describe the node.
};

/// Everything that can be found out. `name` is what the owner calls it: a folder's name is fine, it
/// is made into a DNS label. Keys that cannot open age files are left out of the operators.
NewHomelab guess_homelab(const MachineFacts& facts, std::string_view name);

/// The LAN chosen anew: pods and services move out of its way.
void set_lan(NewHomelab& homelab, const net::Cidr& lan);

/// "My Homelab!" becomes "my-homelab" (RFC 1123 section 2.1); `fallback` when nothing is left.
std::string dns_label(std::string_view text, std::string_view fallback);

/// "15.4GiB", "512MiB": rounded down, so that it is never more than there is.
std::string size_text(std::int64_t mebibytes);

/// The files by path below the homelab's folder; `file` is the name of homelab.toml.
Tree lay_out(const NewHomelab& homelab, const std::string& file);

} // namespace ducksnest::app
