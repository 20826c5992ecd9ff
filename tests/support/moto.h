#pragma once

#include "aws/api_call.h"
#include "io/posix_processes.h"
#include "io/testing/temporary_folder.h"
#include "support/fault_proxy.h"

#include <memory>
#include <string>

namespace ducksnest::testing {

/// The region in which the tests are.
inline constexpr const char* moto_region = "ap-northeast-2";

/// moto, an AWS emulator, on loopback for as long as this lives: see tools/moto_server. It checks
/// signatures and policies, and keeps EC2's rules for client tokens. A start that fails throws.
class Moto {
public:
    Moto();
    ~Moto();
    Moto(const Moto&) = delete;
    Moto& operator=(const Moto&) = delete;

    int port() const { return port_; }
    std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// With the profiles `test`, which may do everything, `stranger`, which may do nothing, and
    /// `machine`, a role that may read secrets.
    std::string credentials_file() const { return folder_ / "credentials"; }
    std::shared_ptr<const aws::Credentials> credentials(const std::string& profile) const;

    /// Calls what no door has: to lay a ground, and to see what came of it. A failure throws.
    std::string ec2(const aws::Query& form, const std::string& region = moto_region) const;
    std::string secrets_manager(const std::string& operation, const std::string& json) const;

private:
    io::testing::TemporaryFolder folder_{};
    io::PosixProcesses processes_{};
    ProcessId process_{};
    int port_ = 0;
};

/// The one server of a test program; started at the first call. From then on this process has the
/// credentials `test`, and knows no other AWS.
Moto& moto();

/// An error with that status, as EC2 says it, and as Secrets Manager does.
Fault ec2_error(int status, const std::string& code);
Fault secrets_error(int status, const std::string& code);

} // namespace ducksnest::testing
