#include "base/assert.h"
#include "ground.h"
#include "io/os_random.h"
#include "io/posix_files.h"
#include "io/system_clock.h"
#include "io/testing/temporary_folder.h"
#include "io/thread_pool.h"
#include "limit.h"
#include "pki/certs.h"
#include "shell.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace ducksnest::bench {
namespace {

/// Seconds: by the clock, and of processor time of this process and of those it started, which a
/// busy machine disturbs less.
struct Time {
    double wall = 0;
    double cpu = 0;
};

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

Time now() {
    Time time;
    time.wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ASSERT(::getrusage(who, &usage) == 0);
        time.cpu += seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    return time;
}

/// Something to be timed. What takes milliseconds is repeated within a round, so that it lasts as
/// long as what it is compared with and meets as many other processes on the way.
struct Program {
    std::function<void()> run{};
    std::size_t repetitions = 1;
};

Time time_of(const Program& program) {
    const Time begin = now();
    for (std::size_t time = 0; time < program.repetitions; ++time) {
        program.run();
    }
    const Time end = now();
    const auto times = static_cast<double>(program.repetitions);
    return {.wall = (end.wall - begin.wall) / times, .cpu = (end.cpu - begin.cpu) / times};
}

Time median(std::vector<Time> times) {
    Time middle;
    for (double Time::* const part : {&Time::wall, &Time::cpu}) {
        std::ranges::sort(times, {}, part);
        middle.*part = times[times.size() / 2].*part;
    }
    return middle;
}

/// Several programs in turn, so that a slow moment of the machine meets all of them; the medians.
std::vector<Time> interleave(std::size_t rounds, const std::vector<Program>& programs) {
    std::vector<std::vector<Time>> times(programs.size());
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t index = 0; index < programs.size(); ++index) {
            times[index].push_back(time_of(programs[index]));
        }
    }
    std::vector<Time> medians;
    for (std::vector<Time>& each : times) {
        medians.push_back(median(std::move(each)));
    }
    return medians;
}

void print_ratio(std::string_view name, const Time& longer, const Time& shorter) {
    fmt::print("{}: {:.2f}\n", name, longer.wall / shorter.wall);
    fmt::print("{}_cpu: {:.2f}\n", name, longer.cpu / shorter.cpu);
}

class OneCore {
public:
    OneCore() {
        ASSERT(::sched_getaffinity(0, sizeof before_, &before_) == 0);
        cpu_set_t first;
        CPU_ZERO(&first);
        CPU_SET(0, &first);
        ASSERT(::sched_setaffinity(0, sizeof first, &first) == 0);
    }
    OneCore(const OneCore&) = delete;
    OneCore& operator=(const OneCore&) = delete;
    ~OneCore() { ::sched_setaffinity(0, sizeof before_, &before_); }

private:
    cpu_set_t before_{};
};

Tree make_all(const pki::TrustPlan& trust, Parallel& parallel) {
    io::OsRandom random;
    io::SystemClock clock;
    const std::vector<age::Identity> identities;
    const Tree nothing;
    const pki::Request request{
        .plan = trust, .tree = nothing, .now = clock.now(), .identities = identities
    };
    return pki::recreate(request, {.random = random, .parallel = parallel}).value().tree;
}

void against_limit(Parallel& parallel, std::size_t threads, const char* suffix) {
    io::OsRandom random;
    const pki::TrustPlan trust = trust_of(1000, random);
    const Operations operations = operations_of(trust);
    const std::vector<Time> times = interleave(9, {{[&] { run_bare(operations, parallel); }}, {[&] {
                                                       make_all(trust, parallel);
                                                   }}});
    fmt::print(
        "1000 nodes, {} certificates, {} threads: limit {:.0f} ms, ducksnest {:.0f} ms\n",
        trust.certificates.size(),
        threads,
        times[0].wall * 1e3,
        times[1].wall * 1e3
    );
    print_ratio(fmt::format("ratio_to_limit{}", suffix), times[1], times[0]);
}

void against_shell() {
    io::OsRandom random;
    const pki::TrustPlan trust = trust_of(10, random);
    const io::testing::TemporaryFolder folder;
    int number = 0;
    const auto fresh = [&] { return folder / fmt::format("run{}", ++number); };
    const auto ours = [&](Parallel& parallel) {
        // Neither side waits for the disk.
        io::PosixFiles files(folder.path(), {.durable = false});
        const Tree tree = make_all(trust, parallel);
        ASSERT(files.replace_tree(fmt::format("ours{}", ++number), tree).has_value());
    };
    io::ThreadPool one_thread(1);
    io::ThreadPool all_threads;
    const auto threads = all_threads.threads();
    constexpr std::size_t repetitions = 40;
    const std::vector<Time> times = interleave(
        5,
        {{[&] { ASSERT(run_shell(trust, fresh(), {.jobs = 1, .is_on_one_core = true})); }},
         {[&] {
              const OneCore pinned;
              ours(one_thread);
          },
          repetitions},
         {[&] { ASSERT(run_shell(trust, fresh(), {.jobs = 1})); }},
         {[&] { ASSERT(run_shell(trust, fresh(), {.jobs = threads})); }},
         {[&] { ours(all_threads); }, repetitions}}
    );
    fmt::print(
        "10 nodes, {} certificates, one core: shell {:.0f} ms, ducksnest {:.1f} ms\n",
        trust.certificates.size(),
        times[0].wall * 1e3,
        times[1].wall * 1e3
    );
    print_ratio("vs_shell_one_core", times[0], times[1]);
    fmt::print(
        "10 nodes, {} cores: shell {:.0f} ms (with xargs -P {}: {:.0f} ms), ducksnest {:.1f} ms\n",
        threads,
        times[2].wall * 1e3,
        threads,
        times[3].wall * 1e3,
        times[4].wall * 1e3
    );
    print_ratio("vs_shell_all_cores", times[2], times[4]);
    print_ratio("vs_parallel_shell_all_cores", times[3], times[4]);
}

} // namespace
} // namespace ducksnest::bench

int main() {
    using namespace ducksnest;
    io::ThreadPool all_threads;
    bench::against_limit(all_threads, all_threads.threads(), "");
    io::ThreadPool one_thread(1);
    bench::against_limit(one_thread, 1, "_one_thread");
    bench::against_shell();
    return 0;
}
