#include "kube/object.h"
#include "local_homelab.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <mutex>
#include <thread>

using namespace ducksnest;
using namespace ducksnest::testing;
using namespace std::chrono_literals;

namespace {

LocalHomelab& homelab() {
    static LocalHomelab lab(3);
    static const cli::Outcome up = lab.ducksnest("up --local --keep --wait 4m");
    INFO(up.err);
    REQUIRE(up.exit == 0);
    return lab;
}

Json config_map(int number) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "ConfigMap"},
         {"metadata", Json::object({{"name", "heartbeat"}, {"namespace", "default"}})},
         {"data", Json::object({{"number", fmt::format("{}", number)}})}}
    );
}

/// Writes and reads through the API the whole time, as somebody who depends on it would.
class Customer {
public:
    Customer()
        : thread_([this](const std::stop_token& stop) { ask(stop); }) {}

    void stop() {
        thread_.request_stop();
        thread_.join();
    }
    int answers() const { return answers_; }
    std::string complaints() {
        const std::scoped_lock lock(mutex_);
        return complaints_;
    }

private:
    void ask(const std::stop_token& stop) {
        std::string kubeconfig;
        std::unique_ptr<Operator> self;
        for (int number = 1; !stop.stop_requested(); ++number) {
            // Operators get new credentials as nodes do.
            if (std::string now = read_file(homelab().kubeconfig()); now != kubeconfig) {
                self = std::make_unique<Operator>(homelab());
                kubeconfig = std::move(now);
            }
            note(self->kube().apply(config_map(number), {.field_manager = "test"}), number);
            note(
                self->kube().get(
                    {.api_version = "v1",
                     .kind = "ConfigMap",
                     .namespace_name = "default",
                     .name = "heartbeat"}
                ),
                number
            );
            std::this_thread::sleep_for(50ms);
        }
    }

    void note(const Result<Json>& answer, int number) {
        const std::scoped_lock lock(mutex_);
        if (!answer) {
            complaints_ += fmt::format("{}: {}\n", number, describe(answer.error()));
        } else if (kube::text_at(*answer, "data.number") != fmt::format("{}", number)) {
            complaints_ += fmt::format("{}: an answer from the past\n", number);
        } else {
            ++answers_;
        }
    }

    std::mutex mutex_{};
    std::string complaints_{};
    std::atomic<int> answers_ = 0;
    std::jthread thread_;
};

} // namespace

TEST_CASE("two more sections in homelab.toml give three control planes") {
    const cli::Outcome nodes = homelab().kubectl("get nodes --no-headers");
    CHECK(nodes.out.contains("control-plane-2"));
    CHECK(nodes.out.contains("control-plane-3"));
    CHECK_FALSE(nodes.out.contains("NotReady"));
    for (const char* node : {"control-plane", "control-plane-2", "control-plane-3"}) {
        CHECK(homelab().process_of(node, "etcd") != 0);
        CHECK(homelab().process_of(node, "kube-apiserver") != 0);
    }
    CHECK(homelab().process_of("firebat", "api-balancer") != 0);
}

TEST_CASE("authorities are replaced while customers are served, and no request fails") {
    homelab();
    Customer customer;
    const cli::Outcome rotated = homelab().ducksnest("certs rotate-ca --local");
    INFO(rotated.err);
    CHECK(rotated.exit == 0);
    customer.stop();
    MESSAGE(customer.answers() << " answers while the authorities were replaced");
    CHECK(customer.complaints() == "");
    CHECK(customer.answers() > 50);
    const cli::Outcome nodes = homelab().kubectl("get nodes --no-headers");
    CHECK_FALSE(nodes.out.contains("NotReady"));
    // Whoever still has the old authority trusts nobody here any more.
    const std::string bundle = read_file(homelab().ground() + "/secrets/bundles/cluster.crt");
    CHECK(bundle.find("BEGIN CERTIFICATE") == bundle.rfind("BEGIN CERTIFICATE"));
}

TEST_CASE("one control plane dies, and writes go on") {
    homelab();
    Customer customer;
    std::this_thread::sleep_for(1s);
    for (const char* unit :
         {"kube-apiserver", "etcd", "kube-controller-manager", "kube-scheduler"}) {
        const pid_t pid = homelab().process_of("control-plane", unit);
        REQUIRE(pid > 0);
        CHECK(::kill(pid, SIGKILL) == 0);
    }
    std::this_thread::sleep_for(15s);
    customer.stop();
    MESSAGE(customer.answers() << " answers, one control plane of three being dead");
    CHECK(customer.complaints() == "");
    CHECK(customer.answers() > 20);
    const cli::Outcome deployed =
        homelab().kubectl("create deployment after --image=registry.k8s.io/pause:3.10 --replicas=2"
        );
    CHECK(deployed.exit == 0);
    const cli::Outcome ready = homelab().kubectl("rollout status deployment/after --timeout=60s");
    INFO(ready.out << ready.err);
    CHECK(ready.exit == 0);
}
