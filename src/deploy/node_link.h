#pragma once

#include "deploy/activation.h"
#include "deploy/order.h"
#include "deploy/probe.h"
#include "deploy/ssh.h"
#include "ports/commands.h"

#include <string>
#include <vector>

namespace ducksnest::deploy {

/// One node's `ducksnest activate` over SSH, a fresh connection for each call. Safe to call from
/// several threads at once.
///
/// Errors: those of `ssh_error`; `not_found` when the node has no ducksnest; what the node itself
/// says, with its own code.
class NodeLink {
public:
    NodeLink(Commands& commands, Remote remote, SshSettings settings, std::string token)
        : commands_(commands)
        , remote_(std::move(remote))
        , settings_(std::move(settings))
        , token_(std::move(token)) {}

    const Remote& remote() const { return remote_; }
    const std::string& token() const { return token_; }
    Result<NodeReport> status(const std::string& wanted);
    Result<NodeReport> lock(const std::string& holder, Duration length);
    Result<NodeReport> unlock();
    Result<NodeReport> fetch(const std::string& system);
    /// Copies a closure from a store of ours (nix copy).
    Result<void> copy(const std::string& system, const std::string& store);
    Result<NodeReport> begin(const Task& task, Duration patience);
    Result<NodeReport> confirm();
    Result<NodeReport> revert(const std::string& reason);
    Result<std::vector<Probe>> probe(const ProbeRequest& request);

private:
    Result<Json> call(std::vector<std::string> words, Duration timeout);
    Result<NodeReport> report(std::vector<std::string> words, Duration timeout);

    Commands& commands_;
    Remote remote_;
    SshSettings settings_;
    std::string token_;
};

} // namespace ducksnest::deploy
