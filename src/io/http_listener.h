#pragma once

#include "ports/http_listener.h"

#include <memory>

namespace ducksnest::io {

/// cpp-httplib behind the HttpListener door: one thread for each connection that is open.
class LoopbackListener final : public HttpListener {
public:
    LoopbackListener();
    ~LoopbackListener() override;
    LoopbackListener(const LoopbackListener&) = delete;
    LoopbackListener& operator=(const LoopbackListener&) = delete;

    Result<int> bind(const std::string& address, int port) override;
    Result<void> serve(const PathHandler& handler) override;
    void stop() override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace ducksnest::io
