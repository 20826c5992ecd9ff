#include "eviction_suite.h"
#include "kube/lease.h"
#include "kube/object.h"
#include "kube/readiness.h"
#include "planned_plane.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

using namespace ducksnest;
using namespace ducksnest::testing;

/// The dead house on the real kube-controller-manager, run as the plan says. Shortened are the
/// grace period and the pods' toleration; the rates and the rules of the zones are its own.
namespace {

const EvictionTimes times = {.grace = Duration(16'000), .toleration = Duration(3'000)};
constexpr const char* zone_key = "topology.kubernetes.io/zone";

class RealHouse {
public:
    RealHouse(PlannedPlane& plane, House house)
        : real_(plane.admin(), plane.server()) {
        for (const plan::NodePlan& node : plane.plan().nodes) {
            const bool is_home = node.site == "home";
            // Standby slots are no nodes until they are launched.
            if (is_home || node.role == model::Role::control_plane) {
                add(node.name, house == House::labelled ? node.labels.at(zone_key) : "", is_home);
            }
        }
        if (house == House::unlabelled_three) {
            add("extra-1", "", false);
            add("extra-2", "", false);
        }
        CHECK(home_.size() == 3);
    }

    ~RealHouse() {
        for (const std::string& name : home_) {
            (void)real_.client.remove(pod_ref(name), {.grace_seconds = 0});
        }
        for (const std::string& name : all_) {
            (void)real_.client.remove({.api_version = "v1", .kind = "Node", .name = name}, {});
        }
    }
    RealHouse(const RealHouse&) = delete;
    RealHouse& operator=(const RealHouse&) = delete;

    /// Long enough for the controller to have seen every node alive and every pod.
    void live(Duration length) {
        const Duration end = real_.timer.elapsed() + length;
        while (real_.timer.elapsed() < end) {
            beat(all_);
            REQUIRE(real_.timer.pause(Duration(500), {}));
        }
        for (const std::string& name : home_) {
            CAPTURE(name);
            CHECK(real_.client.get(pod_ref(name)).has_value());
        }
    }

    /// The laptops' leases stop; the others' go on.
    DeadHouse go_dark(Duration length) {
        beat(all_);
        const Duration start = real_.timer.elapsed();
        DeadHouse seen;
        Duration now{};
        Duration next_beat{};
        while (now < length) {
            if (now >= next_beat) {
                beat(others());
                next_beat = now + Duration(2'000);
            }
            for (const std::string& name : home_) {
                look(name, now, seen);
            }
            REQUIRE(real_.timer.pause(Duration(100), {}));
            now = real_.timer.elapsed() - start;
        }
        return seen;
    }

    /// The others fall silent as well: now every zone is dark.
    void go_dark_everywhere() { REQUIRE(real_.timer.pause(times.grace + 3 * monitor_period, {})); }

    std::size_t tainted() {
        std::size_t count = 0;
        for (const std::string& name : home_) {
            count += has_no_execute(*real_.client.get(node_ref(name))) ? 1U : 0U;
        }
        return count;
    }

private:
    static kube::Ref node_ref(const std::string& name) {
        return {.api_version = "v1", .kind = "Node", .name = name};
    }
    static kube::Ref pod_ref(const std::string& node) {
        return {
            .api_version = "v1",
            .kind = "Pod",
            .namespace_name = "default",
            .name = "pod-on-" + node
        };
    }

    static bool has_no_execute(const Json& node) {
        const Json* taints = kube::at_path(node, "spec.taints");
        return taints != nullptr && taints->dump().contains("\"NoExecute\"");
    }

    std::set<std::string> others() const {
        std::set<std::string> names = all_;
        for (const std::string& name : home_) {
            names.erase(name);
        }
        return names;
    }

    void add(const std::string& name, const std::string& zone, bool is_home) {
        Json labels = Json::object({{"kubernetes.io/hostname", name}});
        if (!zone.empty()) {
            labels.set(zone_key, zone);
        }
        const Json node = Json::object(
            {{"apiVersion", "v1"},
             {"kind", "Node"},
             {"metadata", Json::object({{"name", name}, {"labels", labels}})}}
        );
        REQUIRE(real_.client.apply(node, {}));
        all_.insert(name);
        post_ready(name);
        if (is_home) {
            home_.insert(name);
            add_pod(name);
        }
    }

    void post_ready(const std::string& name) {
        const std::string now = format_time(clock_.now());
        const Json ready = Json::object(
            {{"type", "Ready"},
             {"status", "True"},
             {"reason", "KubeletReady"},
             {"message", "kubelet is posting ready status"},
             {"lastHeartbeatTime", now},
             {"lastTransitionTime", now}}
        );
        const Json node = Json::object(
            {{"apiVersion", "v1"},
             {"kind", "Node"},
             {"metadata", Json::object({{"name", name}})},
             {"status", Json::object({{"conditions", Json::array({ready})}})}}
        );
        REQUIRE(real_.client.apply(node, {.field_manager = "kubelet", .subresource = "status"}));
    }

    void add_pod(const std::string& node) {
        const auto tolerated = [&](const char* key) {
            return Json::object(
                {{"key", key},
                 {"operator", "Exists"},
                 {"effect", "NoExecute"},
                 {"tolerationSeconds", times.toleration.count() / 1000}}
            );
        };
        const Json container = Json::object({{"name", "x"}, {"image", "example.org/x"}});
        const Json pod = Json::object(
            {{"apiVersion", "v1"},
             {"kind", "Pod"},
             {"metadata", Json::object({{"name", pod_ref(node).name}, {"namespace", "default"}})},
             {"spec",
              Json::object(
                  {{"nodeName", node},
                   {"terminationGracePeriodSeconds", 0},
                   {"containers", Json::array({container})},
                   {"tolerations",
                    Json::array(
                        {tolerated("node.kubernetes.io/not-ready"),
                         tolerated("node.kubernetes.io/unreachable")}
                    )}}
              )}}
        );
        // The account of the namespace comes a moment after its controller.
        Result<Json> made = real_.client.create(pod);
        for (int i = 0; i < 50 && !made; ++i) {
            REQUIRE(real_.timer.pause(Duration(200), {}));
            made = real_.client.create(pod);
        }
        REQUIRE(made);
    }

    void beat(const std::set<std::string>& names) {
        for (const std::string& name : names) {
            const Json lease = Json::object(
                {{"apiVersion", "coordination.k8s.io/v1"},
                 {"kind", "Lease"},
                 {"metadata", Json::object({{"name", name}, {"namespace", "kube-node-lease"}})},
                 {"spec",
                  Json::object(
                      {{"holderIdentity", name},
                       {"leaseDurationSeconds", 40},
                       {"renewTime",
                        fmt::format(
                            "{}.{:06}Z",
                            format_time(clock_.now()).substr(0, 19),
                            ++beats_ % 1'000'000
                        )}}
                  )}}
            );
            REQUIRE(real_.client.apply(lease, {.field_manager = "kubelet"}));
        }
    }

    void look(const std::string& name, Duration now, DeadHouse& seen) {
        const Result<Json> node = real_.client.get(node_ref(name));
        REQUIRE(node);
        const Json* conditions = kube::at_path(*node, "status.conditions");
        if (conditions != nullptr && conditions->dump().contains("\"Unknown\"")) {
            seen.unknown.emplace(name, now);
        }
        if (has_no_execute(*node)) {
            seen.tainted.emplace(name, now);
        }
        const Result<Json> pod = real_.client.get(pod_ref(name));
        if (!pod && pod.error().code == ErrorCode::not_found) {
            seen.evicted.emplace(name, now);
        }
    }

    RealKube real_;
    io::SystemClock clock_{};
    std::set<std::string> all_{};
    std::set<std::string> home_{};
    std::int64_t beats_ = 0;
};

PlannedPlane& plane() {
    const PlannedPlane::MoreArguments shorter = {
        {"kube-controller-manager", {"--node-monitor-grace-period=16s"}}
    };
    static PlannedPlane instance(shorter);
    return instance;
}

void play(House house) {
    RealHouse real(plane(), house);
    real.live(Duration(8'000));
    const DeadHouse seen = real.go_dark(time_to_watch(times));
    MESSAGE(describe(seen));
    check_dead_house(house, seen, times, Duration(2'000));
    if (house == House::labelled) {
        CHECK(real.tainted() == 3);
        real.go_dark_everywhere();
        CHECK(real.tainted() == 0);
    }
}

} // namespace

TEST_CASE("with three others Ready even a house without zone labels is evicted") {
    play(House::unlabelled_three);
}

TEST_CASE("without zone labels and one other Ready nobody is evicted") {
    play(House::unlabelled_one);
}

TEST_CASE("with our zone labels the pods of a dead house are evicted; when all is dark, taints go"
) {
    play(House::labelled);
}
