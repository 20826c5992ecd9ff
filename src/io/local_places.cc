#include "io/local_places.h"

#include "io/file_descriptor.h"
#include "io/os_error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <filesystem>

namespace ducksnest::io {

bool is_port_free(const std::string& address, int port) {
    const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(port));
    if (!socket.is_open() || ::inet_pton(AF_INET, address.c_str(), &where.sin_addr) != 1) {
        return false;
    }
    // As servers do: connections of an earlier one that are still closing do not count.
    const int yes = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // The socket API takes every family through this one type (bind(2)).
    return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
           ::listen(socket.get(), 1) == 0;
}

Result<void> remove_folder(const std::string& folder) {
    std::error_code failed;
    std::filesystem::remove_all(folder, failed);
    if (failed) {
        return os_failure("remove", folder, failed.value());
    }
    return {};
}

} // namespace ducksnest::io
