#include "local_homelab.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

/// Somebody who listens on a port of every address that a ground could give its first node. What
/// is taken already is as good.
class Squatter {
public:
    explicit Squatter(std::uint16_t port) {
        for (int network = 64; network <= 95; ++network) {
            const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            // Connections of an earlier server that are still closing do not keep it away.
            const int yes = 1;
            ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
            sockaddr_in where{};
            where.sin_family = AF_INET;
            where.sin_port = htons(port);
            ::inet_pton(AF_INET, fmt::format("127.{}.0.1", network).c_str(), &where.sin_addr);
            if (::bind(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0) {
                ::listen(socket, 1);
            }
            sockets_.push_back(socket);
        }
    }
    Squatter(const Squatter&) = delete;
    Squatter& operator=(const Squatter&) = delete;
    ~Squatter() {
        for (const int socket : sockets_) {
            ::close(socket);
        }
    }

private:
    std::vector<int> sockets_{};
};

/// Programs to be found before the real ones: `etcd` is this script, the others do not matter.
std::string with_etcd(const LocalHomelab& homelab, const std::string& script) {
    const std::string cache = homelab.scratch("cache");
    const std::string bin =
        fmt::format("{}/ducksnest/kubernetes/v{}/bin", cache, homelab.plan().kubernetes_version);
    for (const char* name :
         {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}) {
        write_file(bin + "/" + name, "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(bin + "/" + name, std::filesystem::perms(0755));
    }
    return "XDG_CACHE_HOME=" + cache;
}

long lines_of(const std::string& text) {
    return std::ranges::count(text, '\n');
}

} // namespace

TEST_CASE("a port that is taken is named before anything starts") {
    const Squatter squatter(10259);
    const LocalHomelab homelab;
    const cli::Outcome up = homelab.ducksnest("up --local");
    CHECK(up.exit == 1);
    CHECK(up.err.contains("port 10259 of kube-scheduler is taken on every loopback address"));
    CHECK(up.err.contains("ss -ltnp"));
    CHECK(homelab.processes().empty());
}

TEST_CASE("an etcd that does not start is shown with its last lines, and nothing stays") {
    const LocalHomelab homelab;
    const std::string variables =
        with_etcd(homelab, "echo listen tcp: no such luck; sleep 0.2; exit 3");
    const cli::Outcome up = homelab.ducksnest("up --local", variables);
    INFO(up.err);
    CHECK(up.exit == 1);
    CHECK(up.err.contains("etcd of `control-plane` ended: exit code 3"));
    CHECK(up.err.contains("    listen tcp: no such luck"));
    CHECK(up.err.contains("= help: "));
    CHECK(lines_of(up.err) < 24);
    CHECK(homelab.processes().empty());
}

TEST_CASE("an etcd that hangs is given up in time") {
    const LocalHomelab homelab;
    const std::string variables = with_etcd(homelab, "echo thinking; exec sleep 1000");
    const cli::Outcome up = homelab.ducksnest("up --local --start-timeout 3s", variables);
    INFO(up.err);
    CHECK(up.exit == 1);
    CHECK(up.err.contains("etcd of `control-plane` did not become ready within 3s"));
    CHECK(up.err.contains("    thinking"));
    CHECK(homelab.processes().empty());
}

TEST_CASE("programs that are missing are all named") {
    const LocalHomelab homelab;
    const cli::Outcome up = homelab.ducksnest(
        "up --local", "PATH=/nowhere XDG_CACHE_HOME=" + homelab.scratch("nothing")
    );
    CHECK(up.exit == 1);
    CHECK(up.err.contains("`kube-apiserver`, `kube-controller-manager`, `kube-scheduler`"));
    CHECK(up.err.contains("./x fetch"));
}

TEST_CASE("a clock that goes wrong is named as the cause") {
    const LocalHomelab homelab;
    // Our certificates come from the day after tomorrow; etcd and the API server live today.
    const cli::Outcome up =
        homelab.ducksnest("up --local --start-timeout 20s", "faketime --exclude-monotonic -f +2d");
    INFO(up.err);
    CHECK(up.exit == 1);
    CHECK(up.err.contains("is before"));
    CHECK(up.err.contains("clock"));
    CHECK(lines_of(up.err) < 30);
    CHECK(homelab.processes().empty());
}

TEST_CASE("a run that is killed leaves a ground that down takes away") {
    const LocalHomelab homelab;
    homelab.ducksnest("up --local --keep", "timeout -s KILL 4");
    CHECK_FALSE(homelab.processes().empty());
    const cli::Outcome down = homelab.ducksnest("down");
    CHECK(down.exit == 0);
    CHECK(homelab.processes().empty());
}

TEST_CASE("without --keep nothing outlives the run, however it ends") {
    const LocalHomelab homelab;
    homelab.ducksnest("up --local", "timeout -s KILL 6");
    // The kernel tells them when their parent goes; that takes no time that could be waited for.
    homelab.run("sleep 1");
    CHECK(homelab.processes().empty());
}
