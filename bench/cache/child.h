#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace ducksnest::bench {

/// A port on loopback that nobody listens on at this moment.
int free_port();

/// A program of its own, whose memory can be told apart from ours. Ends the benchmark when it
/// cannot be started or fails.
class Child {
public:
    explicit Child(const std::vector<std::string>& arguments);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Waits for its end. The most memory it had, in MiB.
    long finish();
    /// Asks it to end first.
    long stop();

private:
    pid_t pid_ = 0;
    std::string name_{};
};

} // namespace ducksnest::bench
