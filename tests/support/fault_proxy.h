#pragma once

#include "base/time.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ducksnest::testing {

/// What happens to one request on its way. Offsets count from the first byte of a body.
struct Fault {
    enum class Kind : std::uint8_t {
        none,
        answer,         ///< `status` comes back with `body`; the server hears nothing.
        reset_request,  ///< The connection is reset when `offset` bytes of the request's body came.
        lost_reply,     ///< The server does its work; the connection is reset instead of an answer.
        reset_reply,    ///< The connection is reset after `offset` bytes of the answer's body.
        truncate_reply, ///< The connection is closed in good order after `offset` bytes.
        flip_request_bit, ///< In byte `offset` of the request's body.
        flip_reply_bit,   ///< In byte `offset` of the answer's body.
        shift_date,       ///< The answer's Date is `date` instead.
    };
    Kind kind = Kind::none;
    int status = 500;
    std::map<std::string, std::string> headers{};
    std::string body{};
    std::uint64_t offset = 0;
    std::string date{};
};

/// "<Error><Code>SlowDown</Code>…" with that status, as S3 says it.
Fault s3_error(
    int status, const std::string& code, std::map<std::string, std::string> headers = {}
);

struct ProxiedRequest {
    std::uint64_t number = 0; ///< Of this proxy, from 0.
    std::string method{};
    std::string target{};                         ///< "/bucket/key?query".
    std::map<std::string, std::string> headers{}; ///< Names in lower case.
};

struct ProxyOptions {
    int port = 0;     ///< Of the server on loopback.
    Duration delay{}; ///< Added in each direction.
    /// Called for each request, on the proxy's thread. Without it bytes pass unread: any protocol,
    /// least work. With it: HTTP/1.1 with Content-Length, and no pipelining.
    std::function<Fault(const ProxiedRequest& request)> faults{};
};

/// A proxy on loopback that delays and damages: one thread, many connections, memory bounded.
class FaultProxy {
public:
    explicit FaultProxy(ProxyOptions options);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    int port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// So far.
    std::uint64_t connections() const { return connections_; }
    std::uint64_t requests() const { return requests_; }     ///< Only with `faults`.
    std::uint64_t bytes_down() const { return bytes_down_; } ///< From server to client.
    std::uint64_t bytes_up() const { return bytes_up_; }

private:
    friend class ProxyLoop;

    ProxyOptions options_;
    int listener_ = -1;
    int wake_ = -1;
    int port_ = 0;
    std::atomic<std::uint64_t> connections_ = 0;
    std::atomic<std::uint64_t> requests_ = 0;
    std::atomic<std::uint64_t> bytes_down_ = 0;
    std::atomic<std::uint64_t> bytes_up_ = 0;
    std::thread thread_{};
};

} // namespace ducksnest::testing
