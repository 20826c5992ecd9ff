// `./x bench cache [MEGABYTES [ROUNDS]]`: push and pull against Nix and against what the machine
// can do, at 0 and at 30 ms of latency added each way, medians in one run. We speak to a real S3
// server; Debian's Nix has no S3 and speaks plain HTTP to a folder, which does less work.
#include "base/assert.h"
#include "cache/closure.h"
#include "cache/compression.h"
#include "cache/pull.h"
#include "cache/push.h"
#include "child.h"
#include "ground.h"
#include "http_folder.h"
#include "io/http_listener.h"
#include "io/object_stores.h"
#include "io/os_random.h"
#include "io/posix_nix_store.h"
#include "io/steady_timer.h"
#include "io/thread_pool.h"
#include "nar/writer.h"
#include "support/fault_proxy.h"
#include "support/s3_server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace ducksnest::bench {
namespace {

constexpr std::size_t connections = 32;

/// Of this process so far, on all its threads.
double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Of one run: the median by the clock, and the processor's time of this process, the mean.
struct Cost {
    double seconds = 0;
    double cpu_seconds = 0;
};

double median_seconds(int rounds, const std::function<void(int round)>& work) {
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        work(round);
        times.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()
        );
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

Cost cost_of(int rounds, const std::function<void(int round)>& work) {
    const double before = cpu_seconds();
    const double seconds = median_seconds(rounds, work);
    return {.seconds = seconds, .cpu_seconds = (cpu_seconds() - before) / rounds};
}

template <class T>
T need(Result<T> result) {
    if (!result) {
        fmt::print(stderr, "error: {}\n", describe(result.error()));
        std::exit(1);
    }
    return std::move(*result);
}

void run(const std::string& command) {
    if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) { // NOLINT(cert-env33-c)
        fmt::print(stderr, "error: failed: {}\n", command);
        std::exit(1);
    }
}

/// A `cache proxy` with nothing at hand yet, for as long as this lives.
class RunningProxy {
public:
    RunningProxy(const std::string& url, const cache::PublicKey& trusted, const std::string& folder)
        : program_(
              {DUCKSNEST_PROGRAM,
               "--quiet",
               "cache",
               "proxy",
               "--from",
               url,
               "--trusted-key",
               trusted.text(),
               "--folder",
               folder,
               "--listen",
               fmt::format("127.0.0.1:{}", port_)}
          ) {
        const std::string ask = fmt::format("curl -sf {}/nix-cache-info", this->url());
        while (std::system((ask + " >/dev/null").c_str()) != 0) { // NOLINT(cert-env33-c)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
    /// Ends it. The most memory it had, in MiB.
    long stop() { return program_.stop(); }

private:
    int port_ = free_port();
    Child program_;
};

/// A port on loopback from which answers come late, where they should.
class DelayedPort {
public:
    DelayedPort(int port, int delay)
        : port_(port) {
        if (delay > 0) {
            proxy_.emplace(testing::ProxyOptions{.port = port, .delay = Duration(delay)});
        }
    }
    int port() const { return proxy_ ? proxy_->port() : port_; }

private:
    int port_;
    std::optional<testing::FaultProxy> proxy_{};
};

/// What is measured, on one ground.
class Bench {
public:
    Bench(CacheGround& ground, int rounds)
        : ground_(ground)
        , rounds_(rounds)
        , key_(cache::SigningKey::make("bench-1", random_)) {
        const Secret text = key_.file();
        std::ofstream(ground_.path("secret")) << as_text(text.view());
    }

    void show(const std::string& what, const Cost& cost) {
        show(what, cost.seconds);
        fmt::print("{:<34} {:7.2f} s of processor\n", "", cost.cpu_seconds);
    }
    void show(const std::string& what, double seconds) {
        fmt::print(
            "{:<34} {:7.2f} s  {:7.0f} MB/s\n",
            what,
            seconds,
            static_cast<double>(ground_.nar_bytes()) / 1e6 / seconds
        );
        std::fflush(stdout);
    }

    cache::PushReport push(const std::string& url, const std::string& system, int level) {
        const auto nix = need(io::open_nix_store(ground_.path("src"), StoreAccess::read));
        const auto store = need(io::open_object_store(url));
        const std::size_t cores = io::default_thread_count();
        io::ThreadPool threads(1 + cores + connections);
        io::SteadyTimer timer;
        const auto records =
            need(cache::closure_of(std::vector{system}, [&](const std::string& path) {
                return nix->find(path);
            }));
        return need(cache::push(
            {*nix, *store, threads, timer, random_},
            records,
            {.key = &key_, .level = level, .cores = cores, .uploads = connections}
        ));
    }

    cache::PullReport
    pull(const std::string& url, const std::string& system, const std::string& into) {
        const auto nix = need(io::open_nix_store(ground_.path(into), StoreAccess::write));
        const auto store = need(io::open_object_store(url));
        io::ThreadPool threads(1 + connections);
        return need(cache::pull(
            {*nix, *store, threads},
            std::vector{need(cache::StorePath::parse(system))},
            {.trusted = {key_.public_key()}, .transfers = connections}
        ));
    }

    Cost floor(int level);
    /// Returns how long Nix takes through the proxy.
    double measure(int delay, const Cost& push_floor, double copy);
    void measure_upgrade();
    void measure_memory(const std::string& url);

private:
    std::string nix(const std::string& arguments) const {
        return fmt::format(
            "env HOME={0} NIX_CONF_DIR=/nonexistent NIX_CONFIG='build-users-group =' {1}",
            ground_.path(""),
            arguments
        );
    }
    void clean(const std::string& name) const {
        run(fmt::format("test ! -e {0} || (chmod -R u+w {0} && rm -rf {0})", ground_.path(name)));
    }

    CacheGround& ground_;
    int rounds_;
    io::OsRandom random_{};
    cache::SigningKey key_;
    int buckets_ = 0;
};

/// Reading, archive, SHA-256 and zstd on all cores, into nothing.
Cost Bench::floor(int level) {
    const auto nix = need(io::open_nix_store(ground_.path("src"), StoreAccess::read));
    std::vector<PathRecord> records;
    for (const std::string& path : need(nix->paths())) {
        records.push_back(*need(nix->find(path)));
    }
    std::ranges::sort(records, std::greater<>(), &PathRecord::nar_size);
    io::ThreadPool threads;
    return cost_of(rounds_, [&](int) {
        threads.for_each(records.size(), [&](std::size_t i) {
            cache::FrameEncoder encoder;
            Sha256Hasher hasher;
            Bytes out;
            const auto tree = nix->tree(records[i].path);
            ASSERT(nar::write(*tree, [&](ByteView piece) -> Result<void> {
                       hasher.update(piece);
                       out.clear();
                       encoder.append_frame(out, piece, level);
                       return {};
                   }).has_value());
        });
    });
}

double Bench::measure(int delay, const Cost& push_floor, double copy) {
    testing::S3Server& server = testing::s3_server();
    const DelayedPort remote(server.port(), delay);
    std::filesystem::create_directories(ground_.path(fmt::format("web{}", delay)));
    const HttpFolder web(ground_.path(fmt::format("web{}", delay)));
    const DelayedPort remote_web(web.port(), delay);
    const auto bucket = [&] {
        const std::string name = fmt::format("bench{}", ++buckets_);
        server.add_bucket(name);
        return server.url(remote.port(), name);
    };
    std::string url;
    const Cost ours = cost_of(rounds_, [&](int) {
        url = bucket();
        push(url, ground_.system(), 3);
    });
    show(fmt::format("push, zstd 3, {} ms", delay), ours);
    const Cost adapted = cost_of(rounds_, [&](int) { push(bucket(), ground_.system(), 0); });
    show(fmt::format("push, level auto, {} ms", delay), adapted);
    const std::string web_url = fmt::format("http://127.0.0.1:{}", remote_web.port());
    const double nix_push = median_seconds(rounds_, [&](int) {
        clean(fmt::format("web{}", delay));
        run("mkdir " + ground_.path(fmt::format("web{}", delay)));
        run(nix(fmt::format(
            "nix --extra-experimental-features nix-command copy --store {} --to "
            "'{}?compression=zstd&parallel-compression=true&secret-key={}' {}",
            ground_.path("src"),
            web_url,
            ground_.path("secret"),
            ground_.system()
        )));
    });
    show(fmt::format("nix copy --to http, zstd, {} ms", delay), nix_push);

    const double pulled = median_seconds(rounds_, [&](int round) {
        pull(url, ground_.system(), fmt::format("pulled{}-{}", delay, round));
    });
    show(fmt::format("pull, {} ms", delay), pulled);
    const auto from_nix = [&](const std::string& command, const std::string& options) {
        return median_seconds(rounds_, [&](int) {
            clean("by-nix");
            run(nix(fmt::format(
                "{} --store {} --option trusted-public-keys '{}' {} {}",
                command,
                ground_.path("by-nix"),
                key_.public_key().text(),
                options,
                ground_.system()
            )));
        });
    };
    const double copied = median_seconds(rounds_, [&](int) {
        clean("by-nix");
        run(nix(fmt::format(
            "nix --extra-experimental-features nix-command copy --from {} --to {} --option "
            "trusted-public-keys '{}' {}",
            web_url,
            ground_.path("by-nix"),
            key_.public_key().text(),
            ground_.system()
        )));
    });
    show(fmt::format("nix copy --from http, {} ms", delay), copied);
    // Nix 2.8 counts downloads as jobs; newer ones run 16 of them anyway.
    const double realised =
        from_nix("nix-store --realise", "--max-jobs 16 --option substituters " + web_url);
    show(fmt::format("nix-store --realise, {} ms", delay), realised);
    long proxy_memory = 0;
    const double proxied = median_seconds(rounds_, [&](int) {
        clean("spool");
        clean("by-nix");
        RunningProxy running(url, key_.public_key(), ground_.path("spool"));
        run(nix(fmt::format(
            "nix-store --realise --store {} --option trusted-public-keys '{}' --max-jobs 16 "
            "--option substituters {} {}",
            ground_.path("by-nix"),
            key_.public_key().text(),
            running.url(),
            ground_.system()
        )));
        proxy_memory = std::max(proxy_memory, running.stop());
    });
    show(fmt::format("nix-store --realise by proxy, {} ms", delay), proxied);
    fmt::print("push_vs_nix_{}ms {:.2f}\n", delay, nix_push / ours.seconds);
    fmt::print("push_auto_vs_nix_{}ms {:.2f}\n", delay, nix_push / adapted.seconds);
    const auto against_floor = [&](std::string_view what, const Cost& cost) {
        fmt::print("{}_vs_floor_{}ms {:.2f}\n", what, delay, cost.seconds / push_floor.seconds);
        fmt::print(
            "{}_cpu_vs_floor_{}ms {:.2f}\n", what, delay, cost.cpu_seconds / push_floor.cpu_seconds
        );
    };
    against_floor("push", ours);
    against_floor("push_auto", adapted);
    fmt::print("pull_vs_realise_{}ms {:.2f}\n", delay, realised / pulled);
    fmt::print("pull_vs_copy_{}ms {:.2f}\n", delay, copied / pulled);
    fmt::print("pull_vs_cp_{}ms {:.2f}\n", delay, pulled / copy);
    if (delay > 0) {
        fmt::print("memory_proxy {} MiB\n", proxy_memory);
        measure_memory(bucket());
    }
    return proxied;
}

/// Of the verbs themselves.
void Bench::measure_memory(const std::string& url) {
    Child pushing(
        {DUCKSNEST_PROGRAM,
         "--quiet",
         "cache",
         "push",
         "--to",
         url,
         "--key",
         ground_.path("secret"),
         "--store",
         ground_.path("src"),
         ground_.system()}
    );
    fmt::print("memory_push {} MiB\n", pushing.finish());
    Child pulling(
        {DUCKSNEST_PROGRAM,
         "--quiet",
         "cache",
         "pull",
         "--from",
         url,
         "--trusted-key",
         key_.public_key().text(),
         "--store",
         ground_.path("pulled-by-verb"),
         ground_.system()}
    );
    fmt::print("memory_pull {} MiB\n", pulling.finish());
}

void Bench::measure_upgrade() {
    const std::string next = ground_.upgrade();
    const std::string bucket = ground_.path("upgrade-cache");
    push(bucket, ground_.system(), 3);
    push(bucket, next, 3);
    const auto whole = pull(bucket, next, "upgrade-cold");
    pull(bucket, ground_.system(), "upgrade-warm");
    const auto changed = pull(bucket, next, "upgrade-warm");
    fmt::print(
        "upgrade: {} of {} paths from parts, {} of {} bytes\n",
        changed.paths_reused,
        changed.paths_pulled,
        changed.file_bytes,
        whole.file_bytes
    );
    fmt::print(
        "upgrade_bytes_vs_nix {:.3f}\n",
        static_cast<double>(changed.file_bytes) / static_cast<double>(whole.file_bytes)
    );
}

} // namespace
} // namespace ducksnest::bench

int main(int argc, char** argv) {
    using namespace ducksnest::bench;
    const std::uint64_t megabytes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 600;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 3; // NOLINT(cert-err34-c)
    CacheGround ground(megabytes * 1'000'000);
    fmt::print("{} MB in {} paths\n", ground.nar_bytes() / 1'000'000, ground.paths() + 1);
    Bench bench(ground, rounds);
    if (argc > 3) { // MEGABYTES ROUNDS upgrade
        bench.measure_upgrade();
        return 0;
    }
    const auto floor = bench.floor(3);
    bench.show("floor: read, NAR, SHA-256, zstd 3", floor);
    const double copy = median_seconds(rounds, [&](int round) {
        run(fmt::format(
            "cp -r {}/nix/store {}", ground.path("src"), ground.path(fmt::format("cp{}", round))
        ));
    });
    bench.show("cp -r", copy);
    const double near = bench.measure(0, floor, copy);
    const double far = bench.measure(30, floor, copy);
    fmt::print("proxied_realise_30ms_vs_0ms {:.2f}\n", far / near);
    bench.measure_upgrade();
}
