#include "io/http_listener.h"

#include <fmt/format.h>
#include <httplib.h>

#include <utility>

namespace ducksnest::io {
namespace {

/// Nix keeps 25 connections by default; each holds a thread.
constexpr std::size_t connections_max = 64;
constexpr std::size_t requests_per_connection = 1'000'000;
constexpr int idle_seconds = 60;

void send(ServedAnswer answer, httplib::Response& response) {
    response.status = answer.status;
    if (!answer.stream) {
        response.set_content(answer.text, answer.content_type.c_str());
        return;
    }
    response.set_content_provider(
        answer.length,
        answer.content_type.c_str(),
        [stream = std::move(answer.stream
         )](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
            std::size_t left = length;
            const Result<void> done = stream(offset, [&](ByteView piece) {
                const std::size_t size = std::min(piece.size(), left);
                left -= size;
                return sink.write(reinterpret_cast<const char*>(piece.data()), size) && left > 0;
            });
            return done.has_value() && left == 0;
        }
    );
}

} // namespace

struct LoopbackListener::State {
    httplib::Server server{};
};

LoopbackListener::LoopbackListener()
    : state_(std::make_unique<State>()) {
    httplib::Server& server = state_->server;
    server.new_task_queue = [] { return new httplib::ThreadPool(connections_max); };
    server.set_keep_alive_max_count(requests_per_connection);
    server.set_keep_alive_timeout(idle_seconds);
    server.set_tcp_nodelay(true);
    // The library's default shares the port with whoever else asks for it.
    server.set_socket_options([](int socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
}

LoopbackListener::~LoopbackListener() = default;

Result<int> LoopbackListener::bind(const std::string& address, int port) {
    httplib::Server& server = state_->server;
    const int bound = port == 0 ? server.bind_to_any_port(address.c_str())
                                : (server.bind_to_port(address.c_str(), port) ? port : -1);
    if (bound < 0) {
        return fail(
            ErrorCode::conflict,
            fmt::format("cannot listen on {}:{}", address, port),
            "another program may listen there: `ss -ltnp` names it"
        );
    }
    return bound;
}

Result<void> LoopbackListener::serve(const PathHandler& handler) {
    state_->server.Get(".*", [&](const httplib::Request& request, httplib::Response& response) {
        send(handler(request.path), response);
    });
    if (!state_->server.listen_after_bind()) {
        return fail(ErrorCode::unavailable, "the server stopped listening");
    }
    return {};
}

void LoopbackListener::stop() {
    state_->server.stop();
}

} // namespace ducksnest::io
