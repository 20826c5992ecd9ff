#include "support/loopback.h"

#include "base/encoding.h"
#include "io/os_random.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>

namespace ducksnest::testing {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

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

std::string tool(const std::string& script) {
    const std::string path = DUCKSNEST_SOURCE_DIR "/tools/" + script;
    FILE* pipe = popen(("'" + path + "'").c_str(), "r");
    std::array<char, 4096> line{};
    const bool has_line = pipe != nullptr && fgets(line.data(), line.size(), pipe) != nullptr;
    if (pipe == nullptr || pclose(pipe) != 0 || !has_line) {
        throw std::runtime_error("tools/" + script + " failed");
    }
    std::string printed = line.data();
    printed.resize(printed.find('\n'));
    return printed;
}

} // namespace ducksnest::testing
