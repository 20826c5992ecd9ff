#pragma once

#include "control_plane.h"
#include "io/os_random.h"
#include "io/posix_files.h"
#include "io/posix_processes.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"
#include "io/testing/temporary_folder.h"
#include "io/thread_pool.h"
#include "local/ground.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ducksnest::testing {

/// The control plane that the example's plan describes, as real processes on loopback: the plan's
/// own argv, certificates and files (`local::start_ground`). The nodes are up to the test. A start
/// that fails throws with the component's last log lines.
class PlannedPlane {
public:
    /// Arguments to add, by unit: for a test that cannot wait as long as the plan would.
    using MoreArguments = std::map<std::string, std::vector<std::string>>;

    explicit PlannedPlane(const MoreArguments& more = {});
    ~PlannedPlane();
    PlannedPlane(const PlannedPlane&) = delete;
    PlannedPlane& operator=(const PlannedPlane&) = delete;

    const plan::Plan& plan() const { return plan_; }
    const std::string& server() const { return ground_.state.api_server; }
    HttpOptions admin() const;
    /// A client certificate ("kubelet", "bootstrap") as it lies opened on a node.
    HttpOptions opened(const std::string& node, const std::string& certificate) const;
    /// A node's root folder: "/etc/kubernetes/x" of the plan lies below it.
    std::string node_folder(const std::string& node) const;
    /// The arguments that a unit's process really runs with (/proc/PID/cmdline), without argv[0].
    std::vector<std::string> running_arguments(const std::string& node, const std::string& unit);

private:
    local::GroundDoors doors();
    void admit_operators();

    io::testing::TemporaryFolder folder_{};
    io::PosixFiles files_{folder_.path()};
    io::PosixProcesses processes_{};
    io::SteadyTimer timer_{};
    io::SystemClock clock_{};
    io::OsRandom random_{};
    io::ThreadPool pool_{2};
    plan::Plan plan_;
    local::Ground ground_{};
};

} // namespace ducksnest::testing
