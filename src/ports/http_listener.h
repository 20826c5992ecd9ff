#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ducksnest {

/// Takes pieces of a body; false when the other side has gone.
using BodySink = std::function<bool(ByteView piece)>;

struct ServedAnswer {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string text{}; ///< The body, when there is no `stream`.
    std::uint64_t length = 0;
    /// Writes the `length` bytes of the body from `offset` on. After an error the connection is
    /// closed, so that the other side knows.
    std::function<Result<void>(std::uint64_t offset, const BodySink& sink)> stream{};
};

/// Answers GET and HEAD for a path ("/nix-cache-info"). Runs on several threads at once.
using PathHandler = std::function<ServedAnswer(const std::string& path)>;

/// A server of plain HTTP/1.1 for neighbours on this machine.
class HttpListener {
public:
    virtual ~HttpListener() = default;
    /// The port that it listens on: `port`, or a free one for 0. `conflict`: it is taken.
    virtual Result<int> bind(const std::string& address, int port) = 0;
    /// Serves until the process ends, or `stop`.
    virtual Result<void> serve(const PathHandler& handler) = 0;
    virtual void stop() = 0;
};

} // namespace ducksnest
