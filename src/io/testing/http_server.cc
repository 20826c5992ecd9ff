#include "io/testing/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ducksnest::io::testing {
namespace {

bool send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool receive_more(int connection, std::string& buffer) {
    std::array<char, 16384> chunk{};
    const ssize_t got = recv(connection, chunk.data(), chunk.size(), 0);
    if (got > 0) {
        buffer.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return got > 0;
}

HttpRequest parse_head(std::string_view head) {
    HttpRequest request;
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    const std::size_t space = line.find(' ');
    request.method = line.substr(0, space);
    request.url = line.substr(space + 1, line.rfind(' ') - space - 1);
    for (head.remove_prefix(end + 2); !head.empty();) {
        const std::size_t next = head.find("\r\n");
        const std::size_t colon = head.find(':');
        std::string name(head.substr(0, colon));
        std::ranges::transform(name, name.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        request.headers[name] = head.substr(colon + 2, next - colon - 2);
        head.remove_prefix(std::min(next, head.size() - 2) + 2);
    }
    return request;
}

} // namespace

HttpServer::HttpServer(Handler handler)
    : handler_(std::move(handler))
    , listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0 ||
        getsockname(listener_, generic, &size) != 0) {
        throw std::runtime_error("cannot listen on loopback");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int connection : open_) {
            shutdown(connection, SHUT_RDWR);
        }
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
    close(listener_);
}

std::string HttpServer::url() const {
    return fmt::format("http://127.0.0.1:{}", port_);
}

void HttpServer::accept_all() {
    while (true) {
        const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) {
            return;
        }
        ++connections_;
        const std::lock_guard lock(mutex_);
        open_.insert(connection);
        threads_.emplace_back([this, connection] {
            serve(connection);
            const std::lock_guard done(mutex_);
            open_.erase(connection);
            close(connection);
        });
    }
}

void HttpServer::serve(int connection) {
    std::string buffer;
    while (true) {
        std::size_t end = std::string::npos;
        while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
            if (!receive_more(connection, buffer)) {
                return;
            }
        }
        HttpRequest request = parse_head(std::string_view(buffer).substr(0, end + 2));
        buffer.erase(0, end + 4);
        const auto length = request.headers.find("content-length");
        const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
        while (buffer.size() < size) {
            if (!receive_more(connection, buffer)) {
                return;
            }
        }
        request.body = buffer.substr(0, size);
        buffer.erase(0, size);
        if (!answer(connection, request)) {
            return;
        }
    }
}

bool HttpServer::answer(int connection, const HttpRequest& request) const {
    const HttpAnswer answer = handler_(request);
    std::this_thread::sleep_for(answer.delay);
    if (answer.is_dropped) {
        return false;
    }
    std::string head = fmt::format("HTTP/1.1 {} Status\r\n", answer.status);
    for (const auto& [name, value] : answer.headers) {
        head += fmt::format("{}: {}\r\n", name, value);
    }
    head += fmt::format("Content-Length: {}\r\n\r\n", answer.body.size());
    const std::string_view body = answer.body;
    return send_all(connection, head) &&
           send_all(connection, body.substr(0, answer.body_cut.value_or(body.size()))) &&
           !answer.body_cut;
}

} // namespace ducksnest::io::testing
