#pragma once

#include "deploy/activation.h"
#include "io/testing/temporary_folder.h"

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace ducksnest::testing {

/// What a process said and how it ended.
struct Ran {
    int exit = -1;
    std::string out{};
    std::string err{};
};

/// A homelab whose nodes are network namespaces with a real sshd and a real Nix store each, joined
/// by a bridge on which the deployer stands: `control-plane` in one site, `alpha` and `beta` in the
/// other. All run their system `base`. Everything ends with this object, and with the test program,
/// however that ends.
class DeployGround {
public:
    /// Systems of these kinds are built for every node; see systems.nix.
    explicit DeployGround(std::vector<std::string> kinds);
    ~DeployGround();
    DeployGround(const DeployGround&) = delete;
    DeployGround& operator=(const DeployGround&) = delete;

    std::string path(const std::string& name) const { return place_ / name; }
    std::string system(const std::string& node, const std::string& kind) const;

    /// `ducksnest deploy ARGUMENTS` with this homelab's flags; times are short unless given.
    Ran deploy(const std::string& arguments) const;
    /// The same line of sh, for tests that run it in the background.
    std::string deploy_line(const std::string& arguments) const;
    /// `--node N --system N=PATH` for each.
    std::string to(const std::vector<std::string>& nodes, const std::string& kind) const;
    /// sh where the deployer stands.
    Ran run(const std::string& script) const;
    /// sh on a node, without SSH.
    Ran on(const std::string& node, const std::string& script) const;

    /// What a node says about itself, without SSH.
    deploy::NodeReport report(const std::string& node) const;
    /// Waits until the node is on one of its systems for good, and gives the kind of that; fails
    /// the test after half a minute, or when it runs another one than it starts with.
    std::string settled(const std::string& node) const;
    /// Pulls the plug; `power_on` waits until it has booted.
    void power_off(const std::string& node) const;
    void power_on(const std::string& node) const;
    /// A line of sh that runs a command on a node by ssh(1), with the deployment's key.
    std::string ssh_line(const std::string& node, const std::string& command) const;
    /// Whether a node answers SSH with the right key.
    bool answers(const std::string& node) const;

    static const std::vector<std::string>& nodes();

private:
    void lay_out();
    void make_node(const std::string& node);
    void build_systems();
    void install(const std::string& node) const;
    std::string kind_of(const std::string& node, const std::string& system) const;
    Ran shell(const std::string& script) const;

    io::testing::TemporaryFolder place_{};
    std::vector<std::string> kinds_;
    pid_t hub_ = -1;
    std::map<std::string, std::string> systems_{}; ///< "alpha good" to store path.
};

std::string read_text(const std::string& path);
void write_text(const std::string& path, const std::string& text);

} // namespace ducksnest::testing
