#include "plan/testing/homelabs.h"

#include "base/assert.h"

#include <algorithm>

namespace ducksnest::plan::testing {
namespace {

template <class T>
model::Spanned<T> written(T value) {
    return {.value = std::move(value), .span = {}};
}

model::Spanned<std::string> text(std::string value) {
    return written(std::move(value));
}

net::Address address(std::string_view value) {
    const Result<net::Address> parsed = net::parse_address(value);
    ASSERT(parsed.has_value());
    return *parsed;
}

model::Spanned<net::Cidr> network(std::string_view value) {
    const Result<net::Cidr> parsed = net::parse_cidr(value);
    ASSERT(parsed.has_value());
    return {.value = *parsed, .span = {}};
}

void add_sites(model::Homelab& homelab) {
    model::Site aws{.name = "aws", .provider = model::Provider::aws};
    aws.cidr = network("10.20.0.0/16");
    aws.region = text("ap-northeast-2");
    model::Site home{.name = "home"};
    home.cidr = network("192.168.0.0/24");
    home.interface = text("wlan*");
    homelab.sites = {aws, home};
}

void add_services(model::Homelab& homelab) {
    homelab.cache = model::Cache{
        .bucket = text("ducksnest-nix-cache"),
        .keep_generations = written<std::int64_t>(5),
    };
    homelab.database = model::Database{
        .version = written<std::int64_t>(17),
        .rpo = written(Duration(0)),
        .rto = written(Duration(std::chrono::seconds(60))),
        .memory = written<model::Mebibytes>(512),
        .storage = written<model::Mebibytes>(20 * 1024),
        .bucket = text("ducksnest-backups"),
        .retention_days = written<std::int64_t>(30),
    };
    homelab.logs = model::Logs{
        .bucket = text("ducksnest-logs"),
        .retention_days = written<std::int64_t>(90),
    };
    homelab.dr = model::DisasterRecovery{
        .site = text("aws"),
        .offers =
            {{.instance = text("t3.medium"), .hourly = written<model::MicroUsd>(52'000)},
             {.instance = text("t3a.medium"), .hourly = written<model::MicroUsd>(46'800)}},
        .max_replacements = written<std::int64_t>(2),
        .monthly_budget = written<model::MicroUsd>(20'000'000),
        .confirm = written(Duration(std::chrono::seconds(60))),
        .stable = written(Duration(std::chrono::minutes(10))),
        .witnesses = {written(model::Witness::tailnet), written(model::Witness::s3_heartbeat)},
    };
}

} // namespace

model::Homelab owners_homelab() {
    model::Homelab homelab;
    homelab.name = text("ducksnest");
    homelab.domain = text("cluster.local");
    homelab.timezone = text("Asia/Seoul");
    homelab.operators = {text("ssh-ed25519 AAAA duck@desk")};
    add_sites(homelab);
    homelab.network.pods = network("10.244.0.0/16");
    homelab.network.services = network("10.96.0.0/12");
    homelab.network.tailnet = network("100.64.0.0/10");
    homelab.network.tailnet_mtu = written<std::int64_t>(1280);
    homelab.certificates.leaf_days = written<std::int64_t>(365);
    homelab.certificates.authority_days = written<std::int64_t>(3650);
    homelab.certificates.renew_before_days = written<std::int64_t>(30);
    add_services(homelab);
    add_node(
        homelab,
        {.name = "control-plane",
         .site = "aws",
         .role = model::Role::control_plane,
         .cpus = 2,
         .memory = 4096,
         .disk = 40 * 1024,
         .address = "10.20.1.10"}
    );
    node(homelab, "control-plane").instance = text("t3.medium");
    add_node(
        homelab, {.name = "firebat", .site = "home", .memory = 15'770, .address = "192.168.0.11"}
    );
    add_node(
        homelab,
        {.name = "ultra", .site = "home", .cpus = 8, .memory = 15'872, .address = "192.168.0.12"}
    );
    node(homelab, "ultra").gpu = text("nvidia-gtx-1050-mobile");
    add_node(homelab, {.name = "old", .site = "home", .memory = 1945, .address = "192.168.0.13"});
    node(homelab, "old").boot = model::Boot::bios;
    add_app(homelab, "blog", 2, 64);
    add_app(homelab, "portfolio", 1, 64);
    return homelab;
}

model::Homelab three_control_planes() {
    model::Homelab homelab = owners_homelab();
    node(homelab, "firebat").role = written(model::Role::control_plane);
    node(homelab, "ultra").role = written(model::Role::control_plane);
    return homelab;
}

void add_node(model::Homelab& homelab, const NodeFacts& facts) {
    model::Node made;
    made.name = facts.name;
    made.site = text(facts.site);
    made.role = written(facts.role);
    made.cpus = written(facts.cpus);
    made.memory = written(facts.memory);
    made.disk = written(facts.disk);
    if (!facts.address.empty()) {
        made.address = written(address(facts.address));
    }
    const auto place = std::ranges::lower_bound(homelab.nodes, facts.name, {}, &model::Node::name);
    homelab.nodes.insert(place, std::move(made));
}

void add_app(
    model::Homelab& homelab, std::string name, std::int64_t replicas, model::Mebibytes memory
) {
    model::App app;
    app.name = std::move(name);
    app.image = text("registry.example/" + app.name + ":1");
    app.replicas = written(replicas);
    app.port = written<std::int64_t>(8080);
    app.cpu_millis = written<std::int64_t>(100);
    app.memory = written(memory);
    const auto place = std::ranges::lower_bound(homelab.apps, app.name, {}, &model::App::name);
    homelab.apps.insert(place, std::move(app));
}

model::Node& node(model::Homelab& homelab, std::string_view name) {
    const auto at = std::ranges::find(homelab.nodes, name, &model::Node::name);
    ASSERT(at != homelab.nodes.end());
    return *at;
}

void erase_node(model::Homelab& homelab, std::string_view name) {
    std::erase_if(homelab.nodes, [&](const model::Node& each) { return each.name == name; });
}

} // namespace ducksnest::plan::testing
