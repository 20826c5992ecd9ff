#include "io/linux_node_system.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>

namespace ducksnest::io {

Result<BootMoment> LinuxNodeSystem::now() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    BootMoment moment;
    if (!(file >> moment.boot_id)) {
        return fail(
            ErrorCode::unavailable,
            "cannot read `/proc/sys/kernel/random/boot_id`",
            "mount /proc, as every Linux system does"
        );
    }
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    moment.since_boot = std::chrono::floor<Duration>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)
    );
    return moment;
}

std::optional<std::string> LinuxNodeSystem::resolve(const std::string& path) {
    std::error_code failed;
    const std::filesystem::path target = std::filesystem::canonical(path, failed);
    return failed ? std::nullopt : std::optional(target.string());
}

std::vector<std::string> LinuxNodeSystem::names(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        names.push_back(entry->path().filename().string());
    }
    std::ranges::sort(names);
    return names;
}

} // namespace ducksnest::io
