#pragma once

#include "io/posix_processes.h"
#include "io/testing/temporary_folder.h"
#include "ports/object_store.h"

#include <memory>
#include <string>

namespace ducksnest::testing {

/// A real S3 server on loopback for as long as this lives, see tools/s3_server.sh, with one bucket
/// and credentials that are made up for it. It checks signatures and checksums. A start that fails
/// throws.
class S3Server {
public:
    S3Server();
    ~S3Server();
    S3Server(const S3Server&) = delete;
    S3Server& operator=(const S3Server&) = delete;

    int port() const { return port_; }
    std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
    const std::string& bucket() const { return bucket_; }
    /// Of a bucket that is empty so far.
    std::string add_bucket(const std::string& name) const;
    /// "s3://bucket?…" through another port, such as a proxy's; 0 is its own.
    std::string url(int port = 0, const std::string& bucket = "bucket") const;
    const std::string& access_key() const { return access_key_; }
    const std::string& secret_key() const { return secret_key_; }
    /// A credentials file with the profile "test", which the URLs name.
    std::string credentials_file() const { return folder_ / "credentials"; }
    /// Where the objects of a bucket lie as files.
    std::string files(const std::string& bucket = "bucket") const {
        return folder_ / ("data/" + bucket);
    }

private:
    io::testing::TemporaryFolder folder_{};
    io::PosixProcesses processes_{};
    ProcessId process_{};
    std::string bucket_ = "bucket";
    std::string access_key_{};
    std::string secret_key_{};
    int port_ = 0;
};

/// The one server of a test program; started at the first call. Sets AWS_SHARED_CREDENTIALS_FILE
/// and AWS_CONFIG_FILE of this process, so that its URLs can be opened.
S3Server& s3_server();

} // namespace ducksnest::testing
