#include "http_folder.h"

#include "base/assert.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <optional>

namespace ducksnest::bench {
namespace {

bool send_text(int connection, const std::string& text) {
    return ::send(connection, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
}

bool answer(int connection, const std::string& status, std::uint64_t size) {
    return send_text(
        connection,
        "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n"
    );
}

bool get(int connection, const std::string& path, bool has_body) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (file < 0 || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(file);
        return answer(connection, "404 Not Found", 0);
    }
    bool is_well = answer(connection, "200 OK", static_cast<std::uint64_t>(status.st_size));
    for (off_t done = 0; has_body && is_well && done < status.st_size;) {
        is_well = ::sendfile(connection, file, &done, 1U << 20U) > 0;
    }
    ::close(file);
    return is_well;
}

/// One connection: what came in and is not used yet stays in `rest`.
struct Session {
    int connection;
    std::string rest{};

    bool more() {
        std::array<char, 65536> buffer{};
        const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
        rest.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return count > 0;
    }

    bool put(const std::string& path, std::uint64_t size) {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        bool is_well = file >= 0;
        while (is_well && size > 0) {
            is_well = !rest.empty() || more();
            const std::size_t count = std::min<std::uint64_t>(size, rest.size());
            is_well = is_well && ::write(file, rest.data(), count) == static_cast<ssize_t>(count);
            rest.erase(0, count);
            size -= count;
        }
        ::close(file);
        return is_well && answer(connection, "201 Created", 0);
    }

    bool serve_one(const std::string& folder) {
        std::size_t end = std::string::npos;
        while ((end = rest.find("\r\n\r\n")) == std::string::npos) {
            if (!more()) {
                return false;
            }
        }
        std::string head = rest.substr(0, end + 2);
        rest.erase(0, end + 4);
        const std::size_t space = head.find(' ');
        const std::string method = head.substr(0, space);
        const std::string path =
            folder + head.substr(space + 1, head.find(' ', space + 1) - space - 1);
        std::ranges::transform(head, head.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        std::uint64_t size = 0;
        if (const std::size_t at = head.find("\r\ncontent-length: "); at != std::string::npos) {
            std::from_chars(head.data() + at + 18, head.data() + head.size(), size);
        }
        if (head.contains("\r\nexpect: 100-continue") &&
            !send_text(connection, "HTTP/1.1 100 Continue\r\n\r\n")) {
            return false;
        }
        return method == "PUT" ? put(path, size) : get(connection, path, method == "GET");
    }
};

void serve(int connection, const std::string& folder) {
    Session session{.connection = connection};
    while (session.serve_one(folder)) {
    }
    ::close(connection);
}

} // namespace

HttpFolder::HttpFolder(std::string folder) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    ASSERT(::bind(listener, generic, size) == 0 && ::listen(listener, 128) == 0);
    ASSERT(::getsockname(listener, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    std::thread([listener, folder = std::move(folder)] {
        for (;;) {
            const int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            const int yes = 1;
            ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            std::thread(serve, connection, folder).detach();
        }
    }).detach();
}

} // namespace ducksnest::bench
