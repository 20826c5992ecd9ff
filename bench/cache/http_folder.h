#pragma once

#include <string>
#include <thread>

namespace ducksnest::bench {

/// A folder over HTTP/1.1 on loopback, for Nix: GET, HEAD and PUT, a thread per connection. Runs
/// until the program ends.
class HttpFolder {
public:
    explicit HttpFolder(std::string folder);
    int port() const { return port_; }

private:
    int port_ = 0;
};

} // namespace ducksnest::bench
