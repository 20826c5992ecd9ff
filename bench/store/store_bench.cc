// `./x bench store`: what the object stores carry, against a real S3 server on loopback, at 0 and
// at 30 ms of latency added each way. Prints one figure a line. A figure is the median of `rounds`.
#include "io/fresh_threads.h"
#include "io/object_stores.h"
#include "io/posix_processes.h"
#include "io/testing/temporary_folder.h"
#include "support/fault_proxy.h"
#include "support/s3_server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

using namespace ducksnest;

namespace {

constexpr int rounds = 3;
constexpr std::size_t connections = 64;

double seconds(const std::function<void()>& work) {
    std::array<double, rounds> times{};
    for (double& time : times) {
        const auto start = std::chrono::steady_clock::now();
        work();
        time = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    std::ranges::sort(times);
    return times[rounds / 2];
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

/// Does one thing with each of many keys over as many connections; ends the program on an error.
void for_keys(
    std::size_t count,
    std::size_t threads,
    const std::function<Result<ObjectInfo>(const std::string&)>& work
) {
    io::FreshThreads(threads).for_each(count, [&](std::size_t index) {
        if (const auto done = work("nar/" + std::to_string(index)); !done) {
            fmt::print(stderr, "error: {}\n", describe(done.error()));
            std::exit(1);
        }
    });
}

void measure(ObjectStore& store, std::string_view name, std::string_view latency) {
    const auto ignore = [](ByteView) { return true; };
    const auto report = [&](std::string_view what, double figure, std::string_view unit) {
        fmt::print("{}_{}_{} {:.0f} {}\n", name, what, latency, figure, unit);
    };
    const Bytes small(2'000, 7);
    constexpr std::size_t small_count = 1'000;
    const double put_small = seconds([&] {
        for_keys(small_count, connections, [&](const std::string& key) {
            return put_bytes(store, key, small);
        });
    });
    report("put_2kB", static_cast<double>(small_count) / put_small, "requests/s");
    const double get_small = seconds([&] {
        for_keys(small_count, connections, [&](const std::string& key) {
            return store.get(key, {.is_checked = false}, ignore);
        });
    });
    report("get_2kB", static_cast<double>(small_count) / get_small, "requests/s");
    constexpr std::size_t large_count = 32;
    const Bytes large(8'000'000, 7);
    const PutOptions hashed = {.sha256 = sha256(large)};
    const double megabytes = static_cast<double>(large_count * large.size()) / 1e6;
    const double put_large = seconds([&] {
        for_keys(large_count, connections, [&](const std::string& key) {
            return put_bytes(store, key, large, hashed);
        });
    });
    report("put_8MB", megabytes / put_large, "MB/s");
    const double cpu_before = cpu_seconds();
    const double get_large = seconds([&] {
        for_keys(large_count, connections, [&](const std::string& key) {
            return store.get(key, {.is_checked = false}, ignore);
        });
    });
    report("get_8MB", megabytes / get_large, "MB/s");
    const double cpu_per_gigabyte = (cpu_seconds() - cpu_before) / rounds / megabytes * 1e6;
    report("get_8MB_cpu", cpu_per_gigabyte, "ms of processor per GB, ours and the proxy's");
    const Bytes huge(100'000'000, 7);
    const double put_parts = seconds([&] {
        for_keys(1, 1, [&](const std::string& key) { return put_bytes(store, key, huge); });
    });
    report("put_100MB_in_parts", 100 / put_parts, "MB/s");
}

} // namespace

int main() {
    testing::S3Server& server = testing::s3_server();
    for (const int delay : {0, 30}) {
        const testing::FaultProxy proxy({.port = server.port(), .delay = Duration(delay)});
        const auto store = io::open_object_store(server.url(delay == 0 ? 0 : proxy.port())).value();
        measure(*store, "s3", fmt::format("{}ms", delay));
    }
    io::testing::TemporaryFolder folder;
    measure(*io::open_object_store(folder.path()).value(), "folder", "0ms");
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("memory {} MB\n", usage.ru_maxrss / 1000);
    return 0;
}
