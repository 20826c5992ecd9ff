#pragma once

#include "base/result.h"
#include "ports/commands.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ducksnest::deploy {

/// How a node is reached. Only the host key of homelab.toml counts.
struct Remote {
    std::string node{};
    std::string host{}; ///< Address or name.
    int port = 22;
    std::string user = "root";
    std::string host_key{}; ///< "ssh-ed25519 AAAA…".
};

struct SshSettings {
    std::string program = "ssh";
    std::string known_hosts{}; ///< A file with what `known_hosts` gives.
    std::string identity{};    ///< A private key's file; empty: the user's own keys and agent.
    Duration connect_timeout = Duration(10'000);
};

/// The file of ssh(1) by which nodes are known, under their names in the homelab.
std::string known_hosts(const std::vector<Remote>& remotes);

/// `words` on the node as a command line of ssh(1). Neither the user's nor the machine's settings
/// are read, nothing is forwarded or asked, no connection is shared: each is fresh.
CommandLine ssh_line(
    const Remote& remote,
    const SshSettings& settings,
    const std::vector<std::string>& words,
    Duration timeout
);

/// The options of ssh(1) alone, as NIX_SSHOPTS takes them.
std::vector<std::string> ssh_options(const Remote& remote, const SshSettings& settings);

/// What it means that ssh(1) itself failed (exit 255): `denied` for another host key,
/// `unauthenticated` when our key is refused, else `unavailable`.
Error ssh_error(const Remote& remote, const std::string& said);

} // namespace ducksnest::deploy
