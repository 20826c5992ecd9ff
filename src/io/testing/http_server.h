#pragma once

#include "ports/http.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace ducksnest::io::testing {

struct HttpAnswer {
    int status = 200;
    HttpHeaders headers{};
    std::string body{};
    Duration delay{};                      ///< Before the first byte.
    bool is_dropped = false;               ///< The connection closes without an answer.
    std::optional<std::size_t> body_cut{}; ///< The connection closes after so much of the body.
};

/// A plain HTTP/1.1 server on loopback, as bad as a test wants it. `url` of what the handler gets
/// is only path and query. The handler runs on several threads at once.
class HttpServer {
public:
    using Handler = std::function<HttpAnswer(const HttpRequest& request)>;

    explicit HttpServer(Handler handler);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::string url() const;
    int connections() const { return connections_; }

private:
    void accept_all();
    void serve(int connection);
    bool answer(int connection, const HttpRequest& request) const;

    Handler handler_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_ = 0;
    std::mutex mutex_{};
    std::set<int> open_{};
    std::vector<std::thread> threads_{};
    std::thread acceptor_{};
};

} // namespace ducksnest::io::testing
