#include "support/s3_server.h"

#include "support/loopback.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace ducksnest::testing {
S3Server::S3Server()
    : access_key_("TEST" + random_word(8))
    , secret_key_(random_word(20)) {
    add_bucket(bucket_);
    const std::string path = tool("s3_server.sh");
    const std::string log = folder_ / "log";
    // Another process may take the port in between.
    for (int attempt = 0; attempt < 3; ++attempt) {
        port_ = free_port();
        const Result<ProcessId> started = processes_.start({
            .path = path,
            .arguments = {fmt::format("127.0.0.1:{}", port_), folder_ / "data"},
            .environment = {{"ROOT_ACCESS_KEY", access_key_}, {"ROOT_SECRET_KEY", secret_key_}},
            .folder = folder_.path(),
            .log_file = log,
        });
        if (!started) {
            throw std::runtime_error(started.error().message);
        }
        process_ = *started;
        for (int i = 0; i < 1000 && !processes_.ending(process_); ++i) {
            if (answers(port_)) {
                std::ofstream(credentials_file())
                    << "[test]\naws_access_key_id = " << access_key_
                    << "\naws_secret_access_key = " << secret_key_ << "\n";
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        static_cast<void>(processes_.stop(process_, Duration(0)).has_value());
    }
    std::ifstream in(log);
    const std::string said{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    throw std::runtime_error("the S3 server did not start:\n" + said);
}

S3Server::~S3Server() {
    // Its data goes with the folder, so there is nothing to be gentle about.
    static_cast<void>(processes_.stop(process_, Duration(0)).has_value());
}

std::string S3Server::add_bucket(const std::string& name) const {
    std::filesystem::create_directories(files(name));
    return name;
}

std::string S3Server::url(int port, const std::string& bucket) const {
    return fmt::format(
        "s3://{}?endpoint=http://127.0.0.1:{}&profile=test&region=us-east-1",
        bucket,
        port == 0 ? port_ : port
    );
}

S3Server& s3_server() {
    static S3Server instance;
    static const bool is_known = [] {
        const std::string config = instance.credentials_file() + "-none";
        return setenv("AWS_SHARED_CREDENTIALS_FILE", instance.credentials_file().c_str(), 1) == 0 &&
               setenv("AWS_CONFIG_FILE", config.c_str(), 1) == 0;
    }();
    static_cast<void>(is_known);
    return instance;
}

} // namespace ducksnest::testing
