#pragma once

#include "io/curl_http.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "kube/client.h"

#include <sys/types.h>

#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace ducksnest::testing {

/// A real etcd and kube-apiserver on loopback for as long as this lives, see control_plane.sh.
/// A start that fails throws with the components' last log lines.
class ControlPlane {
public:
    explicit ControlPlane(std::initializer_list<std::string_view> components = {});
    ~ControlPlane();
    ControlPlane(const ControlPlane&) = delete;
    ControlPlane& operator=(const ControlPlane&) = delete;

    /// "server", "kubeconfig", "authority", "certificate", "key", "apiserver_pid", "etcd_pid".
    const std::string& fact(const std::string& name) const { return facts_.at(name); }
    const std::filesystem::path& folder() const { return folder_; }
    /// Client credentials of the certificate with that name: "admin" or "visitor".
    HttpOptions credentials(const std::string& name = "admin") const;

private:
    void read_facts(int out);
    void stop();

    std::filesystem::path folder_{};
    std::map<std::string, std::string> facts_{};
    pid_t pid_ = 0;
    int input_ = -1;
};

/// The one control plane of a test program; started at the first call.
ControlPlane& control_plane();

/// A client with doors of its own.
struct RealKube {
    explicit RealKube(
        HttpOptions credentials = control_plane().credentials(),
        std::string server = control_plane().fact("server")
    );

    io::CurlHttp http;
    io::SteadyTimer timer{};
    io::OsRandom random{};
    kube::Client client;
};

std::string read_text(const std::filesystem::path& path);

/// Runs a command line in a shell; returns its standard output. Throws when it fails.
std::string run_shell(const std::string& command);

} // namespace ducksnest::testing
