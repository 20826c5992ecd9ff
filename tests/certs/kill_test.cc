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

/// Kills the run at a moment between its start and a little after its usual end.
void kill_one(
    const ExampleHomelab& lab,
    const std::vector<std::string>& arguments,
    std::chrono::microseconds moment,
    Score& score
) {
    const std::string before = generation_of(lab.tree());
    const pid_t child = start(lab, arguments);
    std::this_thread::sleep_for(moment);
    ::kill(child, SIGKILL);
    score.killed += WIFSIGNALED(wait_for(child)) ? 1 : 0;
    const Tree tree = lab.tree();
    check_whole(tree);
    ++(generation_of(tree) == before ? score.old_set : score.new_set);
}

std::chrono::microseconds
usual_time(const ExampleHomelab& lab, const std::vector<std::string>& arguments) {
    const auto begin = std::chrono::steady_clock::now();
    const int status = wait_for(start(lab, arguments));
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begin
    );
}

} // namespace

TEST_CASE("killed at any moment, the secrets are wholly old or wholly new") {
    const ExampleHomelab lab;
    Prng prng(20261121);
    Score score;
    const auto usual = usual_time(lab, {"certs", "recreate"});
    for (int round = 0; round < 50; ++round) {
        const std::chrono::microseconds moment(prng.between(0, usual.count() * 5 / 4));
        kill_one(lab, {"certs", "recreate"}, moment, score);
    }
    // Renewals that have much to do: an address more or less in every serving certificate.
    const std::vector<std::string> renew{"certs", "renew", "--identity", lab.key("operator")};
    const std::string text = lab.text();
    std::string changed = text;
    for (std::size_t at = changed.find("[nodes."); at != std::string::npos;
         at = changed.find("[nodes.", at + 1)) {
        changed.insert(changed.find('\n', at) + 1, "names = [\"another.name\"]\n");
    }
    REQUIRE(WEXITSTATUS(wait_for(start(lab, renew))) == 0);
    for (int round = 0; round < 50; ++round) {
        lab.write_text(round % 2 == 0 ? changed : text);
        const std::chrono::microseconds moment(prng.between(0, usual.count() * 5 / 4));
        kill_one(lab, renew, moment, score);
    }
    MESSAGE(fmt::format("killed {}, old {}, new {}", score.killed, score.old_set, score.new_set));
    // Both outcomes were met, or the moments were chosen badly.
    CHECK(score.killed > 10);
    CHECK(score.old_set > 0);
    CHECK(score.new_set > 0);

    // The next run finishes, leaves nothing behind, and then there is nothing left to do.
    REQUIRE(WEXITSTATUS(wait_for(start(lab, renew))) == 0);
    check_whole(lab.tree());
    CHECK(is_clean(lab));
    const std::string settled = generation_of(lab.tree());
    REQUIRE(WEXITSTATUS(wait_for(start(lab, renew))) == 0);
    CHECK(generation_of(lab.tree()) == settled);
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
