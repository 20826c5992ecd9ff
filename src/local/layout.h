#pragma once

#include "local/mapping.h"
#include "pki/open.h"
#include "plan/plan.h"
#include "ports/files.h"
#include "ports/processes.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::local {

/// When a process may start: everything of an earlier stage has to answer first. Stages are as
/// coarse as the control plane needs: no API server without etcd's quorum, nothing without an API.
enum class Stage : std::uint8_t { store, api, controllers, nodes };

/// One process of the ground.
struct LocalProcess {
    std::string node{};
    std::string unit{}; ///< "etcd"; "kubelet" for a hollow node.
    Stage stage = Stage::store;
    Program program{};
    std::vector<int> ports{}; ///< On the node's mapped address.
    /// Answers 200 when the process is ready; empty when there is nothing to ask.
    std::string probe{};
};

struct Layout {
    Tree files{}; ///< Below the ground's folder: configuration and hollow specs.
    std::vector<LocalProcess> processes{}; ///< In start order.
    std::string api_server{};              ///< URL: of a balancer, or of the one API server.
    std::string bootstrap_kubeconfig{};    ///< Absolute path, of the first control-plane node.
};

struct LayoutRequest {
    const plan::Plan& plan;
    const Mapping& mapping;
    std::string folder{}; ///< Absolute; where `files` will stand.
    /// Program name ("kube-apiserver") to its absolute path on this machine.
    std::map<std::string, std::string> programs{};
    std::string ducksnest{}; ///< Absolute path of this program: runs the hollow nodes.
    bool outlives_us = false;
};

/// Programs that the ground needs for this plan, sorted: "etcd", "kube-apiserver", …
std::vector<std::string> needed_programs(const plan::Plan& plan);

/// What to write and what to start. Pure: nothing is looked at.
Layout make_layout(const LayoutRequest& request);

/// A node's opened secrets as files of the ground.
void add_secrets(Layout& layout, std::string_view node, const std::vector<pki::OpenedFile>& opened);

} // namespace ducksnest::local
