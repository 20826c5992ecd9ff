#include "support/s3_server.h"

#include "base/encoding.h"
#include "io/os_random.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace ducksnest::testing {
namespace {

std::string program() {
    FILE* pipe = popen("'" DUCKSNEST_SOURCE_DIR "/tools/s3_server.sh'", "r");
    std::array<char, 4096> line{};
    const bool has_line = pipe != nullptr && fgets(line.data(), line.size(), pipe) != nullptr;
    if (pipe == nullptr || pclose(pipe) != 0 || !has_line) {
        throw std::runtime_error("there is no S3 server: see tools/s3_server.sh");
    }
    std::string path = line.data();
    path.resize(path.find('\n'));
    return path;
}

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// One that was free a moment ago: the kernel does not give it out again at once.
int free_port() {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool is_bound =
        bind(listener, generic, size) == 0 && getsockname(listener, generic, &size) == 0;
    close(listener);
    if (!is_bound) {
        throw std::runtime_error("no free port");
    }
    return ntohs(address.sin_port);
}

bool answers(int port) {
    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool is_there =
        connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    close(connection);
    return is_there;
}

std::string random_word(std::size_t bytes) {
    io::OsRandom random;
    Bytes word(bytes);
    random.fill(word);
    return encode_hex(word);
}

} // namespace

S3Server::S3Server()
    : access_key_("TEST" + random_word(8))
    , secret_key_(random_word(20)) {
    add_bucket(bucket_);
    const std::string path = program();
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
