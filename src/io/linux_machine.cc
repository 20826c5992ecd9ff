#include "io/linux_machine.h"

#include "io/environment.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace ducksnest::io {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? text.str() : std::string();
}

std::string first_line(const fs::path& path) {
    const std::string text = read_text(path);
    return text.substr(0, text.find('\n'));
}

/// The value of a "name : value" line, as /proc writes them.
std::string proc_value(const std::string& text, const std::string& name) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t colon = line.find(':');
        if (line.starts_with(name) && colon != std::string::npos) {
            const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
            return begin == std::string::npos ? "" : line.substr(begin);
        }
    }
    return {};
}

std::int64_t memory_mebibytes() {
    // "MemTotal:       16124864 kB", proc(5).
    const std::string value = proc_value(read_text("/proc/meminfo"), "MemTotal");
    return std::strtoll(value.c_str(), nullptr, 10) / 1024;
}

std::int64_t disk_mebibytes() {
    struct statvfs root{};
    if (statvfs("/", &root) != 0) {
        return 0;
    }
    return static_cast<std::int64_t>(root.f_blocks * root.f_frsize / (1024UL * 1024));
}

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// /etc/localtime is a link into the zone database; Debian also has the name as text.
std::string timezone() {
    std::error_code failed;
    const std::string target = fs::read_symlink("/etc/localtime", failed).string();
    constexpr std::string_view database = "zoneinfo/";
    const std::size_t at = target.find(database);
    return !failed && at != std::string::npos ? target.substr(at + database.size())
                                              : first_line("/etc/timezone");
}

/// The interface of the IPv4 default route: destination 0 in /proc/net/route.
std::string default_interface() {
    std::istringstream lines(read_text("/proc/net/route"));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string name;
        std::string destination;
        fields >> name >> destination;
        if (destination == "00000000") {
            return name;
        }
    }
    return {};
}

std::vector<InterfaceFact> interfaces() {
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0) {
        return {};
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, freeifaddrs);
    const std::string with_default = default_interface();
    std::vector<InterfaceFact> found;
    for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) {
            continue;
        }
        // The family says that these are sockaddr_in, getifaddrs(3).
        const auto* address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
        const auto* mask = reinterpret_cast<const sockaddr_in*>(each->ifa_netmask);
        std::array<char, INET_ADDRSTRLEN> text{};
        inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size());
        found.push_back(
            {.name = each->ifa_name,
             .address = text.data(),
             .prefix = mask == nullptr ? 32 : std::popcount(mask->sin_addr.s_addr),
             .has_default_route = each->ifa_name == with_default}
        );
    }
    return found;
}

std::vector<std::string> operator_keys(const std::string& home) {
    std::vector<fs::path> paths;
    std::error_code failed;
    for (fs::directory_iterator it(home + "/.ssh", failed), end; !failed && it != end;
         it.increment(failed)) {
        // A certificate is no key: "id_ed25519-cert.pub".
        const std::string name = it->path().filename().string();
        if (name.ends_with(".pub") && !name.ends_with("-cert.pub")) {
            paths.push_back(it->path());
        }
    }
    std::ranges::sort(paths);
    std::vector<std::string> keys;
    for (const fs::path& path : paths) {
        keys.push_back(first_line(path));
    }
    return keys;
}

} // namespace

MachineFacts LinuxMachine::facts() {
    const std::string home = variable("HOME").value_or("");
    std::error_code ignored;
    return {
        .host_name = host_name(),
        .cpus = sysconf(_SC_NPROCESSORS_ONLN),
        .memory_mebibytes = memory_mebibytes(),
        .disk_mebibytes = disk_mebibytes(),
        .cpu_model = proc_value(read_text("/proc/cpuinfo"), "model name"),
        .boots_uefi = fs::exists("/sys/firmware/efi", ignored),
        .timezone = timezone(),
        .interfaces = interfaces(),
        .home = home,
        .operator_keys = home.empty() ? std::vector<std::string>() : operator_keys(home),
        .host_key = first_line("/etc/ssh/ssh_host_ed25519_key.pub"),
    };
}

} // namespace ducksnest::io
