#include "base/prng.h"
#include "kube/object.h"
#include "local_homelab.h"
#include "plan/labels.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

/// One ground for all cases, up.
LocalHomelab& homelab() {
    static LocalHomelab lab;
    static const cli::Outcome up = lab.ducksnest("up --local --keep --wait 3m");
    INFO(up.err);
    REQUIRE(up.exit == 0);
    return lab;
}

std::vector<std::string> command_line(pid_t pid) {
    const std::string text = read_file(fmt::format("/proc/{}/cmdline", pid));
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\0', at);
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), by);
        at += by.size();
    }
    return text;
}

/// An argument with all that may differ between a machine and this one taken out of it: the folder,
/// and which of its own addresses it is; in lists each item once.
std::string
canonical(const std::string& argument, const std::map<std::string, std::string>& addresses) {
    std::string text = argument;
    for (const auto& [address, name] : addresses) {
        text = replaced(std::move(text), address + ":", name + ":");
        if (text.ends_with("=" + address)) {
            text = text.substr(0, text.size() - address.size()) + name;
        }
    }
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
        return text;
    }
    std::set<std::string> items;
    for (std::size_t at = equals + 1; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        items.insert(text.substr(at, end - at));
        at = end + 1;
    }
    text.resize(equals + 1);
    for (const std::string& item : items) {
        text += item + ",";
    }
    return text;
}

int nodes_ready(const std::string& table) {
    int ready = 0;
    for (std::size_t at = table.find(" Ready "); at != std::string::npos;
         at = table.find(" Ready ", at + 1)) {
        ++ready;
    }
    return ready;
}

} // namespace

TEST_CASE("the homelab comes up, and kubectl sees every node Ready and every pod running") {
    const cli::Outcome nodes = homelab().kubectl("get nodes --no-headers");
    CHECK(nodes_ready(nodes.out) == 4);
    for (const plan::NodePlan& node : homelab().plan().nodes) {
        CHECK(nodes.out.contains(node.name));
        const cli::Outcome zone = homelab().kubectl(fmt::format(
            "get node {} -o jsonpath='{{.metadata.labels.topology\\.kubernetes\\.io/zone}}'",
            node.name
        ));
        CHECK(zone.out == node.labels.at(std::string(plan::zone_label)));
    }
    // A role that no kubelet may give itself.
    const cli::Outcome masters =
        homelab().kubectl("get nodes --no-headers -l node-role.kubernetes.io/control-plane");
    CHECK(masters.out.starts_with("control-plane "));
    CHECK(std::ranges::count(masters.out, '\n') == 1);
    const cli::Outcome pods = homelab().kubectl("get pods -A --no-headers");
    CHECK(pods.out.contains("calico-node"));
    CHECK(pods.out.contains("coredns"));
    const cli::Outcome waiting =
        homelab().kubectl("get pods -A --no-headers --field-selector=status.phase!=Running");
    CHECK(waiting.out == "");
}

TEST_CASE("a second bootstrap changes nothing") {
    const cli::Outcome again =
        homelab().ducksnest("bootstrap --json --kubeconfig " + homelab().kubeconfig());
    INFO(again.err);
    CHECK(again.exit == 0);
    const Json report = Json::parse(again.out).value();
    CHECK(report.find("created")->as_array()->empty());
    CHECK(report.find("changed")->as_array()->empty());
    CHECK(report.find("pruned")->as_array()->empty());
    CHECK(*report.find("objects")->as_int() > 60);
}

TEST_CASE("an object that leaves the plan is pruned, and only that") {
    const std::string before = read_file(homelab().folder() + "/homelab.toml");
    // The objects of the database go with its section.
    const std::size_t at = before.find("[database]");
    REQUIRE(at != std::string::npos);
    const std::size_t end = before.find("\n[", at + 1);
    write_file(homelab().folder() + "/homelab.toml", before.substr(0, at) + before.substr(end + 1));
    const std::string bootstrap = "bootstrap --json --kubeconfig " + homelab().kubeconfig();
    const cli::Outcome without = homelab().ducksnest(bootstrap);
    INFO(without.err);
    CHECK(without.exit == 0);
    const Json report = Json::parse(without.out).value();
    const Json::Array& pruned = *report.find("pruned")->as_array();
    CHECK_FALSE(pruned.empty());
    for (const Json& object : pruned) {
        const cli::Outcome gone = homelab().kubectl(fmt::format(
            "get {} {} -n {} --ignore-not-found",
            kube::text_at(object, "kind"),
            kube::text_at(object, "name"),
            kube::text_at(object, "namespace").empty() ? "default"
                                                       : kube::text_at(object, "namespace")
        ));
        CHECK(gone.out == "");
    }
    write_file(homelab().folder() + "/homelab.toml", before);
    const cli::Outcome back = homelab().ducksnest(bootstrap);
    CHECK(back.exit == 0);
    CHECK(Json::parse(back.out).value().find("created")->as_array()->size() >= pruned.size());
}

TEST_CASE("a bootstrap that is killed at any moment is finished by the next one") {
    Prng random(20'26);
    const std::string bootstrap = "bootstrap --json --kubeconfig " + homelab().kubeconfig();
    const auto break_things = [] {
        homelab().kubectl("delete daemonset,deployment,service -n kube-system --wait=false "
                          "-l ducksnest.dev/applyset");
        homelab().kubectl("delete clusterrole,role,rolebinding,networkpolicy -A --wait=false "
                          "-l ducksnest.dev/applyset");
    };
    break_things();
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(homelab().ducksnest(bootstrap + " --wait 0s").exit == 0);
    const auto length = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start
    );
    int killed = 0;
    for (int round = 0; round < 10; ++round) {
        break_things();
        const auto moment = random.below(static_cast<std::uint64_t>(length.count()));
        const cli::Outcome dead = homelab().ducksnest(
            bootstrap, fmt::format("timeout -s KILL {}.{:03}", moment / 1000, moment % 1000)
        );
        killed += dead.exit == 137 ? 1 : 0;
        const cli::Outcome next = homelab().ducksnest(bootstrap);
        INFO(round << " after " << moment << " ms: " << next.err);
        CHECK(next.exit == 0);
        const cli::Outcome last = homelab().ducksnest(bootstrap);
        const Json report = Json::parse(last.out).value();
        CHECK(report.find("created")->as_array()->empty());
        CHECK(report.find("changed")->as_array()->empty());
        CHECK(report.find("waiting")->as_array()->empty());
    }
    MESSAGE(killed << " of 10 runs were killed on their way of " << length.count() << " ms");
    // Else the moments were chosen badly and nothing was shown.
    CHECK(killed >= 5);
}

// What a caller leaves behind that dies between the two writes of a new service: the address is
// taken, the service is not stored. The API server gives such an address back after a minute.
TEST_CASE("a cluster IP that a dead caller left behind is waited for") {
    homelab().kubectl("delete service -n kube-system kube-dns");
    const std::string file = homelab().scratch("address.json");
    write_file(
        file,
        fmt::format(
            R"({{
        "apiVersion": "networking.k8s.io/v1", "kind": "IPAddress",
        "metadata": {{"name": "{}", "labels": {{
            "ipaddress.kubernetes.io/ip-family": "IPv4",
            "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io"}}}},
        "spec": {{"parentRef": {{
            "resource": "services", "namespace": "kube-system", "name": "kube-dns"}}}}
    }})",
            net::to_string(homelab().plan().dns_ip)
        )
    );
    const cli::Outcome held = homelab().kubectl("create -f " + file);
    INFO(held.err);
    REQUIRE(held.exit == 0);
    const auto start = std::chrono::steady_clock::now();
    const cli::Outcome next =
        homelab().ducksnest("bootstrap --json --kubeconfig " + homelab().kubeconfig());
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start);
    INFO(next.err);
    CHECK(next.exit == 0);
    MESSAGE("held for " << seconds.count() << " s");
    // Else the address was free all along.
    CHECK(seconds.count() >= 20);
}

TEST_CASE("what runs is what the plan says, and so what NixOS runs") {
    const plan::Plan plan = homelab().plan();
    int compared = 0;
    int number = 0;
    for (const plan::NodePlan& node : plan.nodes) {
        ++number;
        const std::string folder = homelab().ground() + "/nodes/" + node.name;
        for (const auto& unit : node.units) {
            const pid_t pid = homelab().process_of(node.name, unit->name);
            if (pid == 0 || unit->name == "kubelet") {
                continue;
            }
            std::vector<std::string> runs = command_line(pid);
            REQUIRE_FALSE(runs.empty());
            CHECK(runs.front().ends_with("/" + unit->program));
            runs.erase(runs.begin());
            REQUIRE(runs.size() == unit->arguments.size());
            // The second octet is whichever loopback network was free.
            std::map<std::string, std::string> planned{
                {"127.0.0.1", "here"}, {"0.0.0.0", "here"}, {net::to_string(node.address), "here"}
            };
            std::map<std::string, std::string> mapped = planned;
            for (int network = 64; network < 96; ++network) {
                mapped.emplace(fmt::format("127.{}.0.{}", network, number), "here");
            }
            for (std::size_t i = 0; i < runs.size(); ++i) {
                CHECK(
                    canonical(replaced(runs[i], folder, ""), mapped) ==
                    canonical(unit->arguments[i], planned)
                );
            }
            ++compared;
        }
    }
    CHECK(compared == 4);
}

TEST_CASE("a worker's identity is that node's and no other's") {
    const std::string folder = homelab().ground() + "/nodes/";
    homelab().kubectl("create namespace private");
    homelab().kubectl("-n private create secret generic other --from-literal=word=hidden");
    Operator worker(homelab(), folder + "firebat/etc/kubernetes/kubelet.kubeconfig");
    const auto secret = worker.kube().get(
        {.api_version = "v1", .kind = "Secret", .namespace_name = "private", .name = "other"}
    );
    REQUIRE_FALSE(secret.has_value());
    CHECK(secret.error().code == ErrorCode::denied);
    const auto label = [&](const std::string& node) {
        return worker.kube().apply(
            Json::object(
                {{"apiVersion", "v1"},
                 {"kind", "Node"},
                 {"metadata",
                  Json::object(
                      {{"name", node}, {"annotations", Json::object({{"example.org/a", "b"}})}}
                  )}}
            ),
            {.field_manager = "test"}
        );
    };
    CHECK(label("firebat").has_value());
    const auto other = label("ultra");
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().code == ErrorCode::denied);
    const auto every = worker.kube().list({.api_version = "v1", .kind = "Secret"}, [](const Json&) {
        return true;
    });
    REQUIRE_FALSE(every.has_value());
    CHECK(every.error().code == ErrorCode::denied);
}

TEST_CASE("a second ground is refused, and down stops what was started and nothing else") {
    const cli::Outcome second = homelab().ducksnest("up --local");
    CHECK(second.exit == 1);
    CHECK(second.err.contains("this homelab is up already"));
    CHECK(second.err.contains("ducksnest down"));
    CHECK(homelab().processes().size() == 8);
    // A process of somebody else's, whose command line names the same folder.
    homelab().run(fmt::format(
        "bash -c 'exec -a {} sleep 60' >/dev/null 2>&1 & echo $! > sleeper", homelab().ground()
    ));
    const cli::Outcome down = homelab().ducksnest("down");
    CHECK(down.exit == 0);
    CHECK(down.err.contains("8 processes stopped"));
    CHECK(homelab().processes().size() <= 1);
    CHECK(homelab().run("kill -0 $(cat sleeper) && kill $(cat sleeper)").exit == 0);
    CHECK(homelab().run("test -e " + homelab().ground()).exit != 0);
    const cli::Outcome again = homelab().ducksnest("down");
    CHECK(again.exit == 0);
    CHECK(again.err.contains("nothing of this homelab is up"));
}
