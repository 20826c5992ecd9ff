#include "base/prng.h"
#include "certs/example_homelab.h"
#include "io/thread_pool.h"
#include "pki/store.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <thread>

using namespace ducksnest;
using namespace ducksnest::pki;
using ducksnest::testing::ExampleHomelab;

namespace {

/// Starts the program without a shell in between, so that the signal reaches it alone.
pid_t start(const ExampleHomelab& lab, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{DUCKSNEST_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.insert(words.end(), {"-C", lab.folder(), "--yes", "--quiet"});
    std::vector<char*> raw;
    for (std::string& word : words) {
        raw.push_back(word.data());
    }
    raw.push_back(nullptr);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int nothing = ::open("/dev/null", O_RDWR);
        ::dup2(nothing, 1);
        ::dup2(nothing, 2);
        ::execv(raw[0], raw.data());
        ::_exit(127);
    }
    return child;
}

int wait_for(pid_t child) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

/// What tells one whole set from another.
std::string generation_of(const Tree& tree) {
    return digest_of(tree.at("index.json").bytes);
}

void check_whole(const Tree& tree) {
    io::ThreadPool threads;
    const Store store = read_store(tree, threads).value();
    REQUIRE(store.problems.empty());
    REQUIRE(store.missing.empty());
}

/// Nothing but the homelab itself lies in its folder.
bool is_clean(const ExampleHomelab& lab) {
    for (const auto& entry : std::filesystem::directory_iterator(lab.folder())) {
        const std::string name = entry.path().filename();
        if (name != "homelab.toml" && name != "secrets") {
            return false;
        }
    }
    return true;
}

struct Score {
    int killed = 0;
    int old_set = 0;
    int new_set = 0;
};

using Arguments = std::vector<std::string>;
using std::chrono::microseconds;

void finish(const ExampleHomelab& lab, const Arguments& arguments) {
    const int status = wait_for(start(lab, arguments));
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
}

microseconds usual_time(const ExampleHomelab& lab, const Arguments& arguments) {
    const auto begin = std::chrono::steady_clock::now();
    finish(lab, arguments);
    return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begin);
}

/// Returns once the new set begins to be written, or when the run is over.
void wait_for_writing(const ExampleHomelab& lab, pid_t child) {
    const std::string staging = lab.folder() + "/.secrets.new";
    siginfo_t over{};
    while (::access(staging.c_str(), F_OK) != 0 && over.si_pid == 0) {
        ::waitid(P_PID, static_cast<id_t>(child), &over, WEXITED | WNOHANG | WNOWAIT);
    }
}

/// When to kill: so long after the start, or after the first file of the new set.
struct Moment {
    bool is_from_writing = false;
    microseconds delay{};
};

void kill_one(
    const ExampleHomelab& lab, const Arguments& arguments, const Moment& moment, Score& score
) {
    const std::string before = generation_of(lab.tree());
    const pid_t child = start(lab, arguments);
    if (moment.is_from_writing) {
        wait_for_writing(lab, child);
    }
    std::this_thread::sleep_for(moment.delay);
    ::kill(child, SIGKILL);
    score.killed += WIFSIGNALED(wait_for(child)) ? 1 : 0;
    const Tree tree = lab.tree();
    check_whole(tree);
    ++(generation_of(tree) == before ? score.old_set : score.new_set);
}

/// Every node has one name more, which none has ever had before: much to renew.
void add_names(const ExampleHomelab& lab, std::string text, int round) {
    for (const std::string& node : lab.nodes()) {
        const std::string header = fmt::format("[nodes.{}]\n", node);
        text.insert(
            text.find(header) + header.size(),
            fmt::format("names = [\"{}-{}.example.com\"]\n", node, round)
        );
    }
    lab.write_text(text);
}

} // namespace

TEST_CASE("killed at any of 102 moments, the secrets are wholly old or wholly new") {
    const ExampleHomelab lab;
    const std::string text = lab.text();
    const Arguments recreate{"certs", "recreate"};
    const Arguments renew{"certs", "renew", "--identity", lab.key("operator")};
    const Arguments rotate{"certs", "rotate-ca", "--identity", lab.key("operator")};
    finish(lab, recreate);
    Prng prng(20261121);
    Score score;
    for (const Arguments& arguments : {recreate, renew, rotate}) {
        const std::int64_t usual = usual_time(lab, arguments).count();
        for (int round = 0; round < 34; ++round) {
            CAPTURE(arguments[1]);
            CAPTURE(round);
            add_names(lab, text, round);
            // Half of the moments lie between the start and a little after the end, the others
            // where it matters most.
            const bool is_from_writing = round % 2 == 0;
            const std::int64_t spread = is_from_writing ? usual / 4 : usual * 5 / 4;
            const Moment moment{is_from_writing, microseconds(prng.between(0, spread))};
            kill_one(lab, arguments, moment, score);
            // The next run finishes, leaves nothing behind, and then nothing is left to do.
            finish(lab, arguments);
            check_whole(lab.tree());
            CHECK(is_clean(lab));
            if (arguments == renew) {
                const std::string settled = generation_of(lab.tree());
                finish(lab, renew);
                CHECK(generation_of(lab.tree()) == settled);
            }
        }
    }
    MESSAGE(fmt::format("killed {}, old {}, new {}", score.killed, score.old_set, score.new_set));
    // Both outcomes were met, or the moments were chosen badly.
    CHECK(score.killed > 34);
    CHECK(score.old_set > 10);
    CHECK(score.new_set > 10);
}

TEST_CASE("two runs at once: the second is told who has the folder") {
    const ExampleHomelab lab;
    REQUIRE(lab.ducksnest("certs recreate").exit == 0);
    const pid_t holder = ::fork();
    REQUIRE(holder >= 0);
    if (holder == 0) {
        const std::string lock = lab.folder() + "/.secrets.lock";
        ::execlp(
            "flock",
            "flock",
            "-o",
            lock.c_str(),
            "sh",
            "-c",
            "echo $PPID >\"$0\"; sleep 60",
            lock.c_str(),
            nullptr
        );
        ::_exit(127);
    }
    testing::Ran ran;
    for (int attempt = 0; attempt < 100; ++attempt) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ran = lab.ducksnest("certs recreate --yes");
        if (ran.exit != 0) {
            break;
        }
    }
    ::kill(holder, SIGKILL);
    wait_for(holder);
    CHECK(ran.exit == 1);
    CHECK(
        ran.err == fmt::format(
                       "error: `{}` is being changed by process {}\n  = help: wait until that run "
                       "has ended, then try again\n",
                       lab.secrets(),
                       holder
                   )
    );
}
