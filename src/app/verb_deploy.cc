#include "app/cache.h"
#include "app/client_certificate.h"
#include "app/context.h"
#include "app/deploy_checks.h"
#include "app/deploy_systems.h"
#include "app/deploy_view.h"
#include "app/homelab.h"
#include "app/kube_access.h"
#include "app/places.h"
#include "app/verbs.h"
#include "base/encoding.h"
#include "base/text.h"
#include "deploy/cluster.h"
#include "deploy/deployer.h"
#include "kube/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace ducksnest::app {
namespace {

/// The API server and what is between it and us, as long as they are needed.
struct ClusterDoor {
    std::unique_ptr<Http> http{};
    std::unique_ptr<kube::Client> client{};
    std::unique_ptr<deploy::Cluster> cluster{};
};

Result<ClusterDoor> open_cluster(Context& context, const plan::Plan& plan) {
    ClusterDoor door;
    if (context.arguments().has("no-drain")) {
        return door;
    }
    constexpr std::string_view help =
        "name a kubeconfig that works with `--kubeconfig FILE`, or pass `--no-drain` to switch "
        "nodes without moving their pods away";
    kube::Access access = TRY(find_access(context, operator_access(plan)).or_help(help));
    door.http = open_access(context, access);
    door.client = std::make_unique<kube::Client>(
        *door.http,
        context.timer(),
        context.random(),
        kube::ClientOptions{.server = access.server, .token = access.token}
    );
    Result<void> ready = door.client->ready();
    if (!ready) {
        ready.error().help = help;
        return std::unexpected(std::move(ready).error());
    }
    door.cluster = std::make_unique<deploy::Cluster>(*door.client, context.timer());
    return door;
}

std::string make_token(Context& context) {
    std::array<std::uint8_t, 12> bytes{};
    context.random().fill(bytes);
    return encode_hex(bytes);
}

/// Who deploys, as a second deployment is told.
std::string holder_name(Context& context) {
    return fmt::format(
        "{}@{}, since {}",
        context.environment().user.value_or("somebody"),
        context.machine().facts().host_name,
        format_time(context.clock().now())
    );
}

deploy::DeployTimes times_of(Context& context) {
    const auto time = [&](std::string_view flag) { return *context.arguments().duration(flag); };
    constexpr Duration poll_max(500);
    constexpr int polls_min = 20;
    return {
        .patience = time("patience"),
        .settle = time("settle"),
        .restart = time("restart-time"),
        .drain = time("drain-timeout"),
        .lease = time("lease"),
        .poll = std::min(poll_max, time("patience") / polls_min),
    };
}

deploy::RestartRule restart_rule(Context& context) {
    const std::string rule = *context.arguments().text("restart");
    return rule == "always"  ? deploy::RestartRule::always
           : rule == "never" ? deploy::RestartRule::never
                             : deploy::RestartRule::needed;
}

/// A deployment as far as it is known before the first node is asked.
struct Preparation {
    plan::Plan plan{};
    std::vector<std::string> nodes{};
    std::map<std::string, std::string> named{}; ///< Systems that need not be built.
    std::vector<deploy::Remote> remotes{};
    deploy::SshSettings ssh{};
};

/// Refuses what cannot be deployed; touches nothing, and asks nobody.
Result<Preparation> prepare(Context& context, const model::Homelab& homelab) {
    Preparation made{.plan = plan::make_plan(homelab)};
    made.nodes = TRY(target_nodes(context, made.plan));
    made.named = TRY(named_systems(context, made.plan, made.nodes));
    made.remotes = TRY(find_remotes(context, made.plan, homelab));
    TRY(check_rendered(context, made.plan));
    if (!context.arguments().has("dirty")) {
        TRY(check_committed(context));
    }
    for (const deploy::Remote& remote : made.remotes) {
        const bool is_target = std::ranges::find(made.nodes, remote.node) != made.nodes.end();
        if (is_target && remote.host_key.empty()) {
            return fail(
                ErrorCode::invalid,
                fmt::format("`{}` has no `host_key` in homelab.toml", remote.node),
                "without it any machine could pass for the node; add the line of its "
                "/etc/ssh/ssh_host_ed25519_key.pub"
            );
        }
    }
    made.ssh = TRY(ssh_settings(context, made.plan.homelab, made.remotes));
    return made;
}

/// Tells every node's error. Whoever is refused stays refused: another host key is no accident.
Exit tell_errors(Context& context, const deploy::NodeErrors& errors) {
    Exit exit = Exit::failed;
    for (const auto& [node, error] : errors) {
        const bool is_refused =
            error.code == ErrorCode::denied || error.code == ErrorCode::conflict;
        exit = is_refused ? Exit::refused : exit;
        context.report(error, is_refused ? Exit::refused : Exit::failed);
    }
    return exit;
}

/// The course of one `ducksnest deploy`, once everything it needs is there.
class Course {
public:
    Course(Context& context, const Preparation& made, deploy::Cluster* cluster)
        : context_(context)
        , made_(made)
        , cluster_(cluster)
        , deployer_(
              {.timer = context.timer(),
               .progress = context.progress(),
               .open_threads = [&context](std::size_t count
                               ) { return context.open_threads(count); },
               .cluster = cluster},
              made.plan,
              times_of(context),
              links(context, made)
          ) {}

    Result<Exit> run() {
        for (const std::string& node : made_.nodes) {
            wanted_[node] = "";
        }
        std::map<std::string, deploy::NodeReport> found;
        context_.progress().begin("asking the nodes", 0);
        if (const auto errors = deployer_.look(wanted_, found); !errors.empty()) {
            return tell_errors(context_, errors);
        }
        context_.progress().end(
            fmt::format("{} answered with the right key", count_of(found.size(), "node"))
        );
        wanted_ = TRY(find_systems(context_, made_.nodes, made_.named));
        if (context_.options().dry_run) {
            return rehearse();
        }
        if (const Result<void> locked = lock(); !locked) {
            return context_.report(
                locked.error(),
                locked.error().code == ErrorCode::conflict ? Exit::refused : Exit::failed
            );
        }
        Exit exit = Exit::done;
        Result<void> done = deployer_.keeping_leases([&]() -> Result<void> {
            exit = TRY(deploy());
            return {};
        });
        deployer_.unlock();
        TRY(std::move(done));
        return exit;
    }

private:
    static std::vector<deploy::NodeLink> links(Context& context, const Preparation& made) {
        const std::string token = make_token(context);
        std::vector<deploy::NodeLink> links;
        links.reserve(made.remotes.size());
        for (const deploy::Remote& remote : made.remotes) {
            links.emplace_back(context.commands(), remote, made.ssh, token);
        }
        return links;
    }

    /// The targets, and every control plane that answers: two deployments to different nodes must
    /// not meet in one homelab.
    Result<void> lock() {
        std::map<std::string, std::string> others;
        for (const plan::NodePlan& node : made_.plan.nodes) {
            const auto remote = std::ranges::find(made_.remotes, node.name, &deploy::Remote::node);
            if (node.role == model::Role::control_plane && !wanted_.contains(node.name) &&
                !remote->host_key.empty()) {
                others[node.name] = "";
            }
        }
        std::map<std::string, deploy::NodeReport> found;
        for (const auto& [node, error] : deployer_.look(others, found)) {
            context_.warn(
                fmt::format("{}; whether somebody else deploys is not known", describe(error))
            );
        }
        std::vector<std::string> nodes = made_.nodes;
        for (const auto& [node, report] : found) {
            nodes.push_back(node);
        }
        return deployer_.lock(nodes, holder_name(context_));
    }

    Result<deploy::DeployPlan> plan_from_nodes() {
        deploy::OrderRequest request{
            .plan = made_.plan,
            .wanted = wanted_,
            .restart = restart_rule(context_),
            .members = deploy::planned_members(made_.plan),
            .drains = cluster_ != nullptr,
        };
        if (const auto errors = deployer_.look(wanted_, request.observed); !errors.empty()) {
            return std::unexpected(errors.begin()->second);
        }
        if (cluster_ != nullptr) {
            request.members =
                TRY(cluster_->members(request.members).with("asking for the database"));
            request.joined = TRY(cluster_->nodes());
        }
        return deploy::plan_deployment(request);
    }

    Result<Exit> rehearse() {
        const deploy::DeployPlan plan = TRY(plan_from_nodes());
        if (context_.options().json) {
            context_.out_json(to_json(plan, {}));
        } else {
            context_.out(describe(plan, context_.out_style()));
        }
        return Exit::done;
    }

    Result<Exit> deploy() {
        TRY(deployer_.wait_until_settled(made_.nodes));
        if (!context_.arguments().has("no-push") && !context_.arguments().has("copy")) {
            TRY(push_systems(context_, wanted_));
        }
        context_.progress().begin("fetching the systems", 0);
        const auto errors =
            context_.arguments().has("copy")
                ? deployer_.copy(wanted_, context_.arguments().text("copy-from").value_or(""))
                : deployer_.fetch(wanted_);
        if (!errors.empty()) {
            return tell_errors(context_, errors);
        }
        context_.progress().end("every node has its system");
        const deploy::DeployPlan plan = TRY(plan_from_nodes());
        if (!context_.options().json) {
            context_.say(describe(plan, context_.err_style()));
        }
        // A deployment that died may have left them cordoned.
        for (const deploy::Remark& remark : plan.current) {
            if (cluster_ != nullptr && TRY(cluster_->nodes()).contains(remark.node)) {
                TRY(cluster_->uncordon(remark.node));
            }
        }
        return answer(plan, deployer_.run(plan));
    }

    Exit answer(const deploy::DeployPlan& plan, const std::vector<deploy::NodeResult>& results) {
        if (context_.options().json) {
            context_.out_json(to_json(plan, results));
        } else if (results.empty()) {
            context_.out(
                plan.held.empty() ? "nothing to do: every node runs what is wanted\n"
                                  : "nothing was done\n"
            );
        } else {
            context_.out(describe(results, context_.out_style()));
        }
        const auto good = std::ranges::count(
            results, deploy::NodeOutcome::confirmed, &deploy::NodeResult::outcome
        );
        if (static_cast<std::size_t>(good) == results.size()) {
            return plan.held.empty() ? Exit::done : Exit::partial;
        }
        return good > 0 || !plan.current.empty() ? Exit::partial : Exit::failed;
    }

    Context& context_;
    const Preparation& made_;
    deploy::Cluster* cluster_;
    deploy::Deployer deployer_;
    std::map<std::string, std::string> wanted_{};
};

Result<Exit> run_deploy(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const Result<Preparation> made = prepare(context, lab->homelab);
    if (!made) {
        const bool is_refused = made.error().code == ErrorCode::conflict;
        return context.report(made.error(), is_refused ? Exit::refused : Exit::failed);
    }
    const Result<ClusterDoor> cluster = open_cluster(context, made->plan);
    if (!cluster) {
        return context.report(cluster.error(), Exit::refused);
    }
    return Course(context, *made, cluster->cluster.get()).run();
}

/// What is deployed, and to whom.
std::vector<Flag> target_flags() {
    return {
        {.name = "node",
         .value = Value::node,
         .metavar = "NODE",
         .summary = "only this node",
         .is_repeated = true},
        {.name = "system",
         .value = Value::node,
         .metavar = "NODE=PATH",
         .summary = "the system of a node, instead of building it",
         .is_repeated = true},
        {.name = "flake",
         .value = Value::text,
         .metavar = "FLAKE",
         .summary = "where nixosConfigurations are; else the homelab's folder"},
        store_flag("to"),
        {.name = "key",
         .value = Value::file,
         .metavar = "FILE",
         .summary = "the secret key that signs what is pushed, in Nix's format"},
        {.name = "unsigned", .summary = "push without a signature"},
        nix_store_flag(),
        {.name = "no-push", .summary = "the nodes' caches have the systems already"},
        {.name = "copy", .summary = "copy to each node over SSH instead of going by a cache"},
        {.name = "copy-from",
         .value = Value::text,
         .metavar = "STORE",
         .summary = "the store that --copy takes from; else this machine's"},
        {.name = "identity",
         .value = Value::file,
         .metavar = "FILE",
         .summary = "the SSH key to log in with, and no other"},
        {.name = "user",
         .value = Value::text,
         .metavar = "NAME",
         .summary = "whom to log in as",
         .fallback = "root"},
        {.name = "address",
         .value = Value::text,
         .metavar = "NODE=HOST[:PORT]",
         .summary = "where a node answers, when not at its own address",
         .is_repeated = true},
    };
}

/// How carefully.
std::vector<Flag> course_flags() {
    return {
        {.name = "kubeconfig",
         .value = Value::file,
         .metavar = "FILE",
         .summary = "how to reach the API server, and as whom",
         .fallback = "~/.kube/config"},
        {.name = "no-drain", .summary = "leave pods where they are, and ask no cluster"},
        {.name = "drain-timeout",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "how long pods may take to leave a node",
         .fallback = "10m"},
        {.name = "restart",
         .value = Value::choice,
         .metavar = "WHEN",
         .summary = "restart nodes into their system: `needed` is for another kernel or initrd",
         .fallback = "needed",
         .choices = {"needed", "always", "never"}},
        {.name = "patience",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "a node goes back when it is not confirmed by then",
         .fallback = "5m"},
        {.name = "settle",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "how long a probe may be bad after the switch",
         .fallback = "2m"},
        {.name = "restart-time",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "how long a restart may take",
         .fallback = "15m"},
        {.name = "lease",
         .value = Value::duration,
         .metavar = "TIME",
         .summary = "a deployment that died holds its nodes no longer than this",
         .fallback = "60s"},
        {.name = "dirty", .summary = "deploy also what is not committed"},
    };
}

std::vector<Flag> deploy_flags() {
    std::vector<Flag> flags = target_flags();
    std::ranges::move(course_flags(), std::back_inserter(flags));
    return flags;
}

} // namespace

Command deploy_command() {
    return {
        .path = "deploy",
        .summary = "bring the nodes to their systems, or back",
        .description =
            "Builds each node's system or takes the one named, pushes it to the cache, lets the "
            "node fetch it, and switches: control planes one by one, then site after site, node "
            "after node, with pods moved away before. The last synchronous member of the database "
            "is never taken down.\n\n"
            "Confirm or revert: a node arms a timer before it switches, and keeps starting with "
            "its previous system. Only when it answers on a fresh connection, its units run, the "
            "API server knows it as Ready and 1280 bytes get to other nodes in one piece is the "
            "new one made the default. Else the node goes back by itself, also when it does not "
            "boot, when the network is gone, or when we are.\n\n"
            "Everything is checked before anything is touched: homelab.toml, the lock, git, every "
            "node's host key, and that nobody else deploys. Another run goes on from what the "
            "nodes say.",
        .flags = deploy_flags(),
        .examples =
            {{.command = "ducksnest deploy --dry-run", .says = "show what would be done, in order"},
             {.command = "ducksnest deploy --key cache.secret",
              .says = "build, push and switch every node"},
             {.command = "ducksnest deploy --node ultra --system ultra=/nix/store/…-nixos",
              .says = "switch one node to a system that is built already"}},
        .run = run_deploy,
    };
}

} // namespace ducksnest::app
