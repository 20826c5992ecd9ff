#include "base/prng.h"
#include "control_plane.h"
#include "io/testing/http_server.h"
#include "io/thread_pool.h"
#include "kube/bootstrap_run.h"
#include "kube/object.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <set>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

Json metadata(const std::string& space, const std::string& name) {
    Json json = Json::object({{"name", name}});
    if (!space.empty()) {
        json.set("namespace", space);
    }
    return json;
}

Json config_map(const std::string& space, const std::string& name, const std::string& value) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "ConfigMap"},
         {"metadata", metadata(space, name)},
         {"data", Json::object({{"value", value}})}}
    );
}

Json workload(const std::string& space, const std::string& kind, const std::string& name) {
    const Json labels = Json::object({{"app", name}});
    // Values that the server stores in another form, and fields that it fills in.
    const Json requests = Json::object({{"cpu", "1000m"}, {"memory", "1024Mi"}});
    const Json container = Json::object(
        {{"name", "main"},
         {"image", "example.org/main:1"},
         {"ports",
          Json::array({Json::object({{"containerPort", 53}, {"protocol", "UDP"}, {"name", "dns"}})})
         },
         {"resources", Json::object({{"requests", requests}})}}
    );
    const Json pod = Json::object(
        {{"metadata", Json::object({{"labels", labels}})},
         {"spec", Json::object({{"containers", Json::array({container})}})}}
    );
    return Json::object(
        {{"apiVersion", "apps/v1"},
         {"kind", kind},
         {"metadata", metadata(space, name)},
         {"spec",
          Json::object({{"selector", Json::object({{"matchLabels", labels}})}, {"template", pod}})}}
    );
}

Json definition(const std::string& group) {
    const Json schema = *Json::parse(
        R"({"type":"object","properties":{"spec":{"type":"object","properties":{
            "share":{"type":"number","maximum":1.5},"cidr":{"type":"string"}}}}})",
        JsonNumbers::any
    );
    const Json version = Json::object(
        {{"name", "v1"},
         {"served", true},
         {"storage", true},
         {"schema", Json::object({{"openAPIV3Schema", schema}})}}
    );
    return Json::object(
        {{"apiVersion", "apiextensions.k8s.io/v1"},
         {"kind", "CustomResourceDefinition"},
         {"metadata", metadata("", "pools." + group)},
         {"spec",
          Json::object(
              {{"group", group},
               {"scope", "Cluster"},
               {"names", Json::object({{"kind", "Pool"}, {"plural", "pools"}, {"singular", "pool"}})
               },
               {"versions", Json::array({version})}}
          )}}
    );
}

/// A set with everything in it that makes a bootstrap hard; each generation adds, changes and
/// drops.
std::vector<Json> make_set(const std::string& homelab, int generation) {
    const std::string group = homelab + ".example.org";
    std::vector<Json> objects = {
        Json::object(
            {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", metadata("", homelab)}}
        ),
        definition(group),
        Json::object(
            {{"apiVersion", group + "/v1"},
             {"kind", "Pool"},
             {"metadata", metadata("", fmt::format("pool-{}", generation))},
             {"spec", Json::object({{"cidr", "10.0.0.0/8"}, {"share", Json::fraction("0.25")}})}}
        ),
        workload(homelab, "DaemonSet", "node"),
        workload(homelab, "Deployment", "web"),
    };
    for (int i = generation; i < generation + 12; ++i) {
        objects.push_back(config_map(
            homelab, fmt::format("settings-{}", i), std::to_string(i % 3 == 0 ? generation : 0)
        ));
    }
    return objects;
}

std::vector<kube::Object> with_origin(const std::vector<Json>& bodies) {
    std::vector<kube::Object> objects;
    for (const Json& body : bodies) {
        objects.push_back({.body = body, .origin = "manifests/test.yaml:7"});
    }
    return objects;
}

class Silence final : public Progress {
public:
    void begin(std::string_view, std::size_t) override {}
    void advance(std::size_t, std::string_view) override {}
    void end(std::string_view) override {}
};

Result<kube::BootstrapReport>
bootstrap(RealKube& real, const std::string& homelab, const std::vector<Json>& bodies) {
    kube::Bootstrap steps = TRY(kube::Bootstrap::make(
        with_origin(bodies), {.homelab = homelab, .rollout_timeout = Duration()}
    ));
    io::ThreadPool pool(8);
    Silence progress;
    TRY(kube::run_bootstrap(steps, {real.client, pool, real.timer, progress}));
    return steps.report();
}

/// What carries the homelab's label, by kind and name.
std::set<std::string> labelled(RealKube& real, const std::string& homelab) {
    std::set<std::string> found;
    const std::vector<std::pair<std::string, std::string>> kinds = {
        {"v1", "Namespace"},
        {"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
        {homelab + ".example.org/v1", "Pool"},
        {"apps/v1", "DaemonSet"},
        {"apps/v1", "Deployment"},
        {"v1", "ConfigMap"},
    };
    for (const auto& [api_version, kind] : kinds) {
        const kube::ListQuery query = {
            .api_version = api_version,
            .kind = kind,
            .label_selector = std::string(kube::applyset_label) + "=" + homelab
        };
        REQUIRE(real.client.list(query, [&](const Json& object) {
            found.insert(kind + " " + kube::text_at(object, "metadata.name"));
            return true;
        }));
    }
    return found;
}

std::set<std::string> wanted(const std::vector<Json>& bodies) {
    std::set<std::string> names;
    for (const Json& body : bodies) {
        names.insert(kube::text_at(body, "kind") + " " + kube::text_at(body, "metadata.name"));
    }
    return names;
}

} // namespace

TEST_CASE("a bootstrap creates, leaves alone, repairs and prunes") {
    RealKube real;
    const std::string lab = "plain";
    const Result<kube::BootstrapReport> first = bootstrap(real, lab, make_set(lab, 0));
    if (!first) {
        FAIL(describe(first.error()));
    }
    CHECK(first->created.size() == 17);
    CHECK(labelled(real, lab) == wanted(make_set(lab, 0)));

    const kube::ListQuery everything = {
        .api_version = "v1", .kind = "ConfigMap", .namespace_name = "kube-system"
    };
    const auto version = [&] {
        return *real.client.list(everything, [](const Json&) { return true; });
    };
    const std::string before = version();
    const Result<kube::BootstrapReport> second = bootstrap(real, lab, make_set(lab, 0));
    CHECK(second->created.empty());
    CHECK(second->configured.empty());
    // Not one write: the version of the whole store has not moved.
    CHECK(version() == before);

    // Somebody scales by hand, and somebody else edits a value.
    Json scaled = workload(lab, "Deployment", "web");
    scaled.set("spec", Json::object({{"replicas", 0}}));
    REQUIRE(real.client.apply(scaled, {.field_manager = "kubectl"}));
    REQUIRE(real.client.apply(config_map(lab, "settings-1", "wrong"), {.field_manager = "kubectl"})
    );
    const Result<kube::BootstrapReport> third = bootstrap(real, lab, make_set(lab, 0));
    REQUIRE(third->configured.size() == 1);
    CHECK(third->configured[0].name == "settings-1");

    const Result<kube::BootstrapReport> fourth = bootstrap(real, lab, make_set(lab, 3));
    CHECK(fourth->created.size() == 4);
    CHECK(fourth->pruned.size() == 4);
    CHECK(labelled(real, lab) == wanted(make_set(lab, 3)));
}

TEST_CASE("killed with -9 at ten random moments, a re-run always converges") {
    RealKube real;
    const ControlPlane& plane = control_plane();
    const std::string lab = "killed";
    const auto seed =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    CAPTURE(seed);
    Prng prng(seed);
    const std::filesystem::path file = plane.folder() / "objects.json";
    const auto run = [&](const std::vector<Json>& set, const std::string& before) {
        std::ofstream(file) << Json::object({{"items", Json(Json::Array(set))}}).dump();
        return run_shell(fmt::format(
            "{} {} {} {} {} {} {} {} >/dev/null 2>&1; echo $?",
            before,
            DUCKSNEST_KUBE_BOOTSTRAP,
            plane.fact("server"),
            plane.fact("authority"),
            plane.fact("certificate"),
            plane.fact("key"),
            file.string(),
            lab
        ));
    };
    // The moments lie within such a run, however fast this machine is.
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    REQUIRE(run(make_set(lab, 100), "") == "0\n");
    const auto length =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
    int killed = 0;
    for (int round = 0; round < 10; ++round) {
        const std::vector<Json> set = make_set(lab, round * 2);
        const auto moment = prng.between(length / 10, length * 9 / 10);
        const std::string dead =
            run(set, fmt::format("timeout -s KILL {}.{:03}", moment / 1000, moment % 1000));
        killed += dead == "137\n" ? 1 : 0;
        const Result<kube::BootstrapReport> report = bootstrap(real, lab, set);
        if (!report) {
            FAIL(describe(report.error()));
        }
        CHECK(labelled(real, lab) == wanted(set));
        const Result<kube::BootstrapReport> again = bootstrap(real, lab, set);
        CHECK(again->created.empty());
        CHECK(again->configured.empty());
        CHECK(again->pruned.empty());
    }
    MESSAGE("killed ", killed, " of 10 runs, each of about ", length, " ms");
    CHECK(killed > 0);
}

TEST_CASE("through a proxy that declines, breaks and loses answers, it still gets there") {
    RealKube direct;
    std::mutex mutex;
    Prng prng(7);
    int faults = 0;
    const auto misbehave = [&](const HttpRequest& request) {
        const auto draw = [&] {
            const std::lock_guard lock(mutex);
            const std::uint64_t number = prng.below(10);
            faults += number < 4 ? 1 : 0;
            return number;
        }();
        HttpRequest forwarded = request;
        forwarded.url = control_plane().fact("server") + request.url;
        for (const char* name : {"host", "content-length", "accept-encoding"}) {
            forwarded.headers.erase(name);
        }
        io::testing::HttpAnswer answer;
        if (draw == 0) {
            answer = {.status = 429, .headers = {{"retry-after", "0"}}};
        } else if (draw == 1) {
            answer = {.status = 503};
        } else if (draw == 2) {
            answer.is_dropped = true; // Before it happened.
        } else {
            const Result<HttpResponse> response = direct.http.send(forwarded);
            answer.is_dropped = draw == 3 || !response; // After it happened.
            if (response) {
                answer.status = response->status;
                answer.body = response->body;
            }
        }
        return answer;
    };
    const io::testing::HttpServer proxy(misbehave);
    RealKube real({}, proxy.url());
    const std::string lab = "faulty";
    for (int generation = 0; generation < 3; ++generation) {
        const Result<kube::BootstrapReport> report =
            bootstrap(real, lab, make_set(lab, generation));
        if (!report) {
            FAIL(describe(report.error()));
        }
        CHECK(labelled(direct, lab) == wanted(make_set(lab, generation)));
    }
    CHECK(bootstrap(direct, lab, make_set(lab, 2))->configured.empty());
    CHECK(faults > 20);
}

TEST_CASE("an object that the API refuses is told with field, cause and place") {
    RealKube real;
    const std::string lab = "refused";
    std::vector<Json> set = make_set(lab, 0);
    Json bad = workload(lab, "Deployment", "bad");
    Json spec = *bad.find("spec");
    spec.set("replicas", -1);
    bad.set("spec", spec);
    set.push_back(bad);
    const Result<kube::BootstrapReport> report = bootstrap(real, lab, set);
    REQUIRE(!report);
    CHECK(report.error().code == ErrorCode::invalid);
    CHECK(
        report.error().message ==
        "the API server refuses `Deployment refused/bad`:\n"
        "  spec.replicas: Invalid value: -1: must be greater than or equal to 0\n"
        "  --> manifests/test.yaml:7"
    );
    CHECK(report.error().help == "correct it in manifests/test.yaml:7, then run again");
    set.pop_back();
    CHECK(bootstrap(real, lab, set).has_value());
}

TEST_CASE("a certificate without rights, and one of another authority, are told apart") {
    RealKube visitor(control_plane().credentials("visitor"));
    const Result<kube::BootstrapReport> denied =
        bootstrap(visitor, "visited", make_set("visited", 0));
    CHECK(denied.error().code == ErrorCode::denied);
    CHECK(denied.error().message.find("User \"visitor\" cannot") != std::string::npos);

    HttpOptions nobody;
    nobody.authorities = control_plane().credentials().authorities;
    RealKube unknown(std::move(nobody));
    CHECK(unknown.client.server_version().error().code == ErrorCode::unauthenticated);

    // The server's certificate is not from an authority that we trust.
    RealKube suspicious(HttpOptions{});
    const Result<std::string> version = suspicious.client.server_version();
    CHECK(version.error().code == ErrorCode::unauthenticated);
    CHECK(version.error().help.starts_with("the server's certificate must come from an authority"));
}
