// From the bytes of homelab.toml to the bytes of the lock, on one core: load, check, plan, render.
// Prints the median of each stage, and how ten times the nodes compare.

#include "base/assert.h"
#include "config/load.h"
#include "generated_homelab.h"
#include "model/check.h"
#include "plan/check.h"
#include "plan/plan.h"
#include "render/lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace ducksnest {
namespace {

/// Milliseconds of processor time of this process: what one core would need, however busy the
/// machine is.
double now() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

constexpr std::array<const char*, 4> stages{"load", "check", "plan", "render"};

struct Run {
    std::array<double, stages.size()> milliseconds{};
    std::size_t lock_bytes = 0;

    double total() const {
        double sum = 0;
        for (const double each : milliseconds) {
            sum += each;
        }
        return sum;
    }
};

Run run_once(const std::string& text) {
    Run run;
    const double begin = now();
    diag::Sources sources;
    const std::uint32_t file = sources.add("homelab.toml", text);
    const config::Loaded loaded = config::load(sources, file);
    const double is_loaded = now();
    if (!loaded.homelab || diag::has_errors(loaded.diagnostics)) {
        std::fputs(diag::render_all(loaded.diagnostics, sources).c_str(), stderr);
        std::exit(1);
    }
    std::vector<diag::Diagnostic> diagnostics = model::check(*loaded.homelab);
    const std::vector<diag::Diagnostic> unmet = plan::check(*loaded.homelab);
    const double is_checked = now();
    diagnostics.insert(diagnostics.end(), unmet.begin(), unmet.end());
    if (!diagnostics.empty()) {
        std::fputs(diag::render_all(diagnostics, sources).c_str(), stderr);
        std::exit(1);
    }
    const plan::Plan plan = plan::make_plan(*loaded.homelab);
    const double is_planned = now();
    run.lock_bytes = render::render_lock(plan).size();
    const double is_rendered = now();
    run.milliseconds = {
        is_loaded - begin, is_checked - is_loaded, is_planned - is_checked, is_rendered - is_planned
    };
    return run;
}

Run median_of(const std::string& text, std::size_t repetitions) {
    std::vector<Run> runs;
    for (std::size_t i = 0; i < repetitions; ++i) {
        runs.push_back(run_once(text));
    }
    std::ranges::sort(runs, {}, &Run::total);
    return runs[runs.size() / 2];
}

void print(std::size_t nodes, const Run& run) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
        fmt::print("plan_{}_{}_ms: {:.1f}\n", nodes, stages[i], run.milliseconds[i]);
    }
    fmt::print("plan_{}_lock_bytes: {}\n", nodes, run.lock_bytes);
    fmt::print("plan_{}_ms: {:.1f}\n", nodes, run.total());
}

} // namespace
} // namespace ducksnest

int main() {
    using namespace ducksnest;
    const Run small = median_of(bench::generated_homelab(1'000), 9);
    const Run large = median_of(bench::generated_homelab(10'000), 5);
    print(1'000, small);
    print(10'000, large);
    fmt::print("plan_10000_over_1000: {:.2f}\n", large.total() / small.total());
    return 0;
}
