// A bootstrap of nothing but a list of objects, as a program of its own: for tests that kill it and
// benchmarks that measure it from the outside.
//
//   kube_bootstrap SERVER AUTHORITY CERTIFICATE KEY OBJECTS.json [HOMELAB]

#include "control_plane.h"
#include "io/thread_pool.h"
#include "kube/bootstrap_run.h"

#include <fmt/format.h>

using namespace ducksnest;

namespace {

class Silence final : public Progress {
public:
    void begin(std::string_view step, std::size_t) override { fmt::print(stderr, "{}\n", step); }
    void advance(std::size_t, std::string_view) override {}
    void end(std::string_view outcome) override { fmt::print(stderr, "  {}\n", outcome); }
};

Result<void> run(const std::vector<std::string>& words) {
    const Json list = TRY(Json::parse(testing::read_text(words.at(5)), JsonNumbers::any));
    std::vector<kube::Object> objects;
    for (const Json& item : *list.find("items")->as_array()) {
        objects.push_back({.body = item, .origin = words.at(5)});
    }
    testing::RealKube real(
        {.authorities = testing::read_text(words.at(2)),
         .certificate = testing::read_text(words.at(3)),
         .key = Secret(as_bytes(testing::read_text(words.at(4))))},
        words.at(1)
    );
    const std::string homelab = words.size() > 6 ? words[6] : "test";
    kube::Bootstrap bootstrap = TRY(kube::Bootstrap::make(
        std::move(objects), {.homelab = homelab, .rollout_timeout = Duration()}
    ));
    io::ThreadPool pool(16);
    Silence progress;
    TRY(kube::run_bootstrap(bootstrap, {real.client, pool, real.timer, progress}));
    const kube::BootstrapReport& report = bootstrap.report();
    fmt::print(
        "created={} configured={} pruned={}\n",
        report.created.size(),
        report.configured.size(),
        report.pruned.size()
    );
    return {};
}

} // namespace

int main(int count, char** words) {
    const Result<void> done = run(std::vector<std::string>(words, words + count));
    if (!done) {
        fmt::print(stderr, "error: {}\n  = help: {}\n", describe(done.error()), done.error().help);
        return 1;
    }
    return 0;
}
