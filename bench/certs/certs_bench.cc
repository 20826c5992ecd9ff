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

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace ducksnest::bench {
namespace {

double seconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Something to be timed. What takes milliseconds is repeated within a round, so that it lasts as
/// long as what it is compared with and meets as many other processes on the way.
struct Program {
    std::function<void()> run{};
    std::size_t repetitions = 1;
};

/// Several programs in turn, so that a slow moment of the machine meets all of them; the medians.
std::vector<double> interleave(std::size_t rounds, const std::vector<Program>& programs) {
    std::vector<std::vector<double>> times(programs.size());
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t index = 0; index < programs.size(); ++index) {
            const Program& program = programs[index];
            const double all = seconds([&] {
                for (std::size_t time = 0; time < program.repetitions; ++time) {
                    program.run();
                }
            });
            times[index].push_back(all / static_cast<double>(program.repetitions));
        }
    }
    std::vector<double> medians;
    for (std::vector<double>& values : times) {
        medians.push_back(median(std::move(values)));
    }
    return medians;
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
    const std::vector<double> times = interleave(
        9, {{[&] { run_bare(operations, parallel); }}, {[&] { make_all(trust, parallel); }}}
    );
    fmt::print(
        "1000 nodes, {} certificates, {} threads: limit {:.0f} ms, ducksnest {:.0f} ms\n",
        trust.certificates.size(),
        threads,
        times[0] * 1e3,
        times[1] * 1e3
    );
    fmt::print("ratio_to_limit{}: {:.2f}\n", suffix, times[1] / times[0]);
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
    const std::vector<double> times = interleave(
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
        times[0] * 1e3,
        times[1] * 1e3
    );
    fmt::print("vs_shell_one_core: {:.0f}\n", times[0] / times[1]);
    fmt::print(
        "10 nodes, {} cores: shell {:.0f} ms (with xargs -P {}: {:.0f} ms), ducksnest {:.1f} ms\n",
        threads,
        times[2] * 1e3,
        threads,
        times[3] * 1e3,
        times[4] * 1e3
    );
    fmt::print("vs_shell_all_cores: {:.0f}\n", times[2] / times[4]);
    fmt::print("vs_parallel_shell_all_cores: {:.0f}\n", times[3] / times[4]);
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
