#pragma once

#include "base/json.h"
#include "io/curl_http.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/testing/temporary_folder.h"
#include "kube/client.h"
#include "plan/plan.h"
#include "process.h"

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace ducksnest::testing {

/// The example homelab in a temporary folder, to be brought up on this machine by the program
/// itself; taken down when this goes. State is kept in the temporary folder too.
class LocalHomelab {
public:
    /// With three control-plane nodes instead of one, two more sections stand in homelab.toml.
    explicit LocalHomelab(int control_planes = 1);
    ~LocalHomelab();
    LocalHomelab(const LocalHomelab&) = delete;
    LocalHomelab& operator=(const LocalHomelab&) = delete;

    /// `ducksnest ARGUMENTS -C FOLDER` through the shell, with Calico's definitions where they are
    /// wanted. `before` stands in front of the command: variables, or a program that runs it.
    cli::Outcome ducksnest(const std::string& arguments, const std::string& before = "") const;
    /// The real kubectl, as the operator that `up --local --keep` has made.
    cli::Outcome kubectl(const std::string& arguments) const;
    /// Any command, through the shell.
    cli::Outcome run(const std::string& command) const;

    std::string folder() const { return place_ / "homelab"; }
    std::string ground() const { return place_ / "state/ducksnest/ducksnest/local"; }
    std::string kubeconfig() const { return ground() + "/admin.kubeconfig"; }
    std::string scratch(const std::string& name) const { return place_ / ("scratch/" + name); }
    /// As `up --local` plans it.
    plan::Plan plan() const;
    /// Number of a unit's process; 0 when it is not part of the ground.
    pid_t process_of(const std::string& node, const std::string& unit) const;
    /// Programs whose command line names this homelab's ground.
    std::vector<std::string> processes() const;

private:
    io::testing::TemporaryFolder place_{};
    std::string definitions_{};
};

/// A client of its own, from the kubeconfig as it is now.
class Operator {
public:
    explicit Operator(const LocalHomelab& homelab, const std::string& kubeconfig = "");

    kube::Client& kube() { return *client_; }

private:
    io::SteadyTimer timer_{};
    io::OsRandom random_{};
    std::unique_ptr<io::CurlHttp> http_{};
    std::unique_ptr<kube::Client> client_{};
};

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

} // namespace ducksnest::testing
