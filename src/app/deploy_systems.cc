#include "app/deploy_systems.h"

#include "app/cache.h"
#include "app/deploy_checks.h"
#include "app/places.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"
#include "cache/closure.h"
#include "cache/generation.h"
#include "cache/push.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

/// Building a system from sources.
constexpr Duration build_patience = 6h;

constexpr std::size_t uploads = 32;

Result<std::string> build_system(Context& context, const std::string& node) {
    const std::string flake = context.arguments().text("flake").value_or(context.shown_folder());
    const CommandResult said =
        TRY(context.commands()
                .run(
                    {.words =
                         {"nix",
                          "--extra-experimental-features",
                          "nix-command flakes",
                          "build",
                          "--no-link",
                          "--print-out-paths",
                          fmt::format(
                              "{}#nixosConfigurations.{}.config.system.build.toplevel", flake, node
                          )},
                     .timeout = build_patience}
                )
                .with(fmt::format("building the system of `{}`", node))
                .or_help("install Nix, or name what was built: `--system NODE=/nix/store/…`"));
    if (!said.is_success()) {
        return fail(
            ErrorCode::invalid,
            fmt::format("the system of `{}` does not build", node),
            fmt::format("Nix says: {}", said.err)
        );
    }
    return said.out.substr(0, said.out.find('\n'));
}

/// "host", or "host:port".
Result<void> set_address(deploy::Remote& remote, const std::string& text) {
    const std::size_t colon = text.find(':');
    remote.host = text.substr(0, colon);
    if (colon == std::string::npos) {
        return {};
    }
    const std::string port = text.substr(colon + 1);
    const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), remote.port);
    if (failed != std::errc() || end != port.data() + port.size() || remote.port < 1 ||
        remote.port > 65535 || remote.host.empty()) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` is no address of `{}`", text, remote.node),
            "write `--address NODE=HOST` or `--address NODE=HOST:PORT`"
        );
    }
    return {};
}

} // namespace

Result<std::map<std::string, std::string>>
named_systems(Context& context, const plan::Plan& plan, const std::vector<std::string>& nodes) {
    auto named = TRY(values_by_node(context, "system", plan));
    for (const auto& [node, system] : named) {
        if (std::ranges::find(nodes, node) == nodes.end()) {
            return fail(
                ErrorCode::invalid,
                fmt::format("`--system` names `{}`, which is not deployed to", node),
                fmt::format("add `--node {}`", node)
            );
        }
        if (!cache::StorePath::parse(system)) {
            return fail(
                ErrorCode::invalid,
                fmt::format("`{}` is no path of a Nix store", system),
                "write what `nix build --print-out-paths` prints"
            );
        }
    }
    return named;
}

Result<std::map<std::string, std::string>> find_systems(
    Context& context,
    const std::vector<std::string>& nodes,
    const std::map<std::string, std::string>& named
) {
    std::map<std::string, std::string> systems;
    for (const std::string& node : nodes) {
        const auto found = named.find(node);
        systems[node] = found != named.end() ? found->second : TRY(build_system(context, node));
    }
    return systems;
}

Result<void> push_systems(Context& context, const std::map<std::string, std::string>& systems) {
    const auto nix =
        context.open_nix_store(context.arguments().text("store").value_or("/"), StoreAccess::read);
    std::vector<std::pair<std::string, std::string>> ours;
    for (const auto& [node, system] : systems) {
        if (nix && TRY((*nix)->find(system))) {
            ours.emplace_back(node, system);
        }
    }
    if (ours.empty()) {
        context.say("this machine has none of the systems: the nodes take them from their caches");
        return {};
    }
    const auto key = TRY(read_signing_key(context).or_help(
        "pass `--key FILE`, or `--no-push` when the cache has the systems already"
    ));
    const auto store = TRY(open_cache(context, "to"));
    const std::size_t cores = context.cores();
    const auto threads = context.open_threads(1 + cores + uploads);
    const cache::PushDoors doors{
        .nix = **nix,
        .store = *store,
        .threads = *threads,
        .timer = context.timer(),
        .random = context.random()
    };
    for (const auto& [node, system] : ours) {
        const std::vector<std::string> paths = {system};
        const auto find = [&](const std::string& path) { return (*nix)->find(path); };
        const auto records = TRY(cache::closure_of(paths, find));
        context.progress().begin(fmt::format("pushing the system of {}", node), records.size());
        const auto record = [&]() -> Result<void> {
            return cache::record_generation(
                *store,
                {.node = node,
                 .path = TRY(cache::StorePath::parse(system)),
                 .time = context.clock().now()}
            );
        };
        const cache::PushOptions options{
            .key = key.get(), .cores = cores, .uploads = uploads, .finish = record
        };
        const cache::PushReport report =
            TRY(cache::push(doors, records, options).with(fmt::format("pushing `{}`", system)));
        context.progress().end(fmt::format(
            "{}: {} of {} pushed", node, report.paths_pushed, count_of(report.paths, "path")
        ));
    }
    return {};
}

Result<std::vector<deploy::Remote>>
find_remotes(Context& context, const plan::Plan& plan, const model::Homelab& homelab) {
    const auto given = TRY(values_by_node(context, "address", plan));
    std::vector<deploy::Remote> remotes;
    for (const plan::NodePlan& node : plan.nodes) {
        deploy::Remote remote{
            .node = node.name,
            .host = net::to_string(node.tailnet_address.value_or(node.address)),
            .user = *context.arguments().text("user"),
        };
        if (const auto found = given.find(node.name); found != given.end()) {
            TRY(set_address(remote, found->second));
        }
        if (const auto& key = homelab.find_node(node.name)->host_key) {
            remote.host_key = **key;
        }
        remotes.push_back(std::move(remote));
    }
    return remotes;
}

Result<deploy::SshSettings> ssh_settings(
    Context& context, const std::string& homelab, const std::vector<deploy::Remote>& remotes
) {
    const std::string text = deploy::known_hosts(remotes);
    const ByteView bytes = as_bytes(text);
    // Named after its content: deployments of other states of the homelab have files of their own.
    const std::string path = fmt::format(
        "{}/known-hosts-{}",
        TRY(state_folder(context, homelab)),
        encode_hex(ByteView(sha256(bytes)).first(8))
    );
    TRY(context.open_folder("/")->write(path, {.bytes = Bytes(bytes.begin(), bytes.end())}));
    deploy::SshSettings settings{.known_hosts = path};
    if (const auto identity = context.arguments().text("identity")) {
        settings.identity = expand_home(context, *identity);
    }
    return settings;
}

} // namespace ducksnest::app
