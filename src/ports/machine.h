#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest {

/// One IPv4 address of a network interface.
struct InterfaceFact {
    std::string name{};    ///< "wlan0".
    std::string address{}; ///< "192.168.0.11".
    int prefix = 0;        ///< 24.
    bool has_default_route = false;
};

/// What a computer knows about itself without being asked. What cannot be found out is left empty.
struct MachineFacts {
    std::string host_name{};
    std::int64_t cpus = 0; ///< Threads.
    std::int64_t memory_mebibytes = 0;
    std::int64_t disk_mebibytes = 0; ///< Of the root file system.
    std::string cpu_model{};
    bool boots_uefi = true;
    std::string timezone{}; ///< tz database name: "Asia/Seoul".
    std::vector<InterfaceFact> interfaces{};
    std::string home{};                       ///< The user's home folder.
    std::vector<std::string> operator_keys{}; ///< Lines of ~/.ssh/*.pub, sorted by file name.
    std::string host_key{};                   ///< The public line of the SSH host key (Ed25519).
};

/// The computer that ducksnest runs on.
class Machine {
public:
    virtual ~Machine() = default;
    /// Never fails: a missing fact stays empty.
    virtual MachineFacts facts() = 0;
};

} // namespace ducksnest
