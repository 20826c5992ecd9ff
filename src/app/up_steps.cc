#include "app/up_steps.h"

#include "app/cache.h"
#include "app/cluster_view.h"
#include "app/deploy_checks.h"
#include "app/deploy_systems.h"
#include "app/inner_verb.h"
#include "app/kube_access.h"
#include "base/text.h"
#include "cache/generation.h"
#include "kube/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration poll = 10s;

std::size_t length_of(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    return found == nullptr || found->as_array() == nullptr ? 0 : found->as_array()->size();
}

Result<Json> answer_of(VerbAnswer answer, std::string_view step) {
    if (answer.exit == Exit::done || answer.exit == Exit::differences) {
        return std::move(answer.json);
    }
    answer.error.context.emplace_back(step);
    return std::unexpected(std::move(answer.error));
}

/// The verb has told what went wrong.
Result<void> done_by(Context& context, const std::vector<std::string>& words) {
    const Exit exit = run_verb(context, words);
    if (exit == Exit::done) {
        return {};
    }
    return fail(
        exit == Exit::refused ? ErrorCode::denied : ErrorCode::unavailable,
        fmt::format(
            "`ducksnest {}` ended with exit code {}, see above",
            join(words, " "),
            static_cast<int>(exit)
        ),
        "mend what it says, then run `ducksnest up` again: what is done is not done twice"
    );
}

std::vector<std::string> node_names(const plan::Plan& plan) {
    std::vector<std::string> names;
    for (const plan::NodePlan& node : plan.nodes) {
        names.push_back(node.name);
    }
    return names;
}

} // namespace

std::vector<std::string> UpRun::identity_words() const {
    const auto identity = context_.arguments().text("identity");
    return identity ? std::vector<std::string>{"--identity", *identity}
                    : std::vector<std::string>();
}

std::vector<std::string> UpRun::access_words(std::string_view verb) const {
    std::vector<std::string> words{std::string(verb)};
    if (context_.arguments().has("kubeconfig")) {
        words.insert(words.end(), {"--kubeconfig", *context_.arguments().text("kubeconfig")});
    }
    std::ranges::copy(identity_words(), std::back_inserter(words));
    return words;
}

Result<void> UpRun::prepare() {
    if (!context_.arguments().has("dirty")) {
        TRY(check_committed(context_));
    }
    if (plan_.cloud) {
        terraform_ = TRY(Terraform::find(context_));
        // The first question to AWS: who we are has to be known before anything is changed.
        const auto buckets = TRY(context_.open_buckets(plan_.cloud->region));
        TRY(buckets->exists(plan_.cloud->state.bucket).with("asking AWS for the state's bucket"));
    }
    return {};
}

std::vector<Step> UpRun::steps() {
    std::vector<Step> steps{render(), certs(), committed()};
    if (homelab_.cache) {
        steps.push_back(cache(false));
    }
    if (plan_.cloud) {
        steps.push_back(cloud());
        steps.push_back(hosts());
        steps.push_back(tailnet());
        if (homelab_.cache) {
            steps.push_back(cache(true));
        }
    }
    steps.push_back(deploy());
    steps.push_back(bootstrap());
    steps.push_back(verify());
    return steps;
}

Step UpRun::render() {
    return {
        .name = "render",
        .look = [this]() -> Result<std::string> {
            const Json json = TRY(
                answer_of(ask_verb(context_, {"render", "--check"}), "looking at what is rendered")
            );
            const std::size_t stale = length_of(json, "stale");
            return stale == 0 ? "" : fmt::format("{} to write", count_of(stale, "file"));
        },
        .work = [this]() -> Result<StepResult> {
            TRY(done_by(context_, {"render"}));
            return StepResult{.text = "written", .has_changed = true};
        },
    };
}

Step UpRun::certs() {
    return {
        .name = "certs",
        .look = [this]() -> Result<std::string> {
            const Json json = TRY(answer_of(
                ask_verb(context_, {"certs", "renew", "--dry-run"}), "looking at the certificates"
            ));
            const std::size_t changes = length_of(json, "changes");
            return changes == 0 ? "" : fmt::format("{} to make", count_of(changes, "change"));
        },
        .work = [this]() -> Result<StepResult> {
            std::vector<std::string> words{"certs", "renew"};
            std::ranges::copy(identity_words(), std::back_inserter(words));
            TRY(done_by(context_, words));
            return StepResult{.text = "renewed", .has_changed = true};
        },
    };
}

/// Machines and pipeline take what is in git; a deployment of anything else could not be repeated.
Step UpRun::committed() {
    return {
        .name = "commit",
        .look = [this]() -> Result<std::string> {
            if (context_.arguments().has("dirty")) {
                return "";
            }
            const Result<void> committed = check_committed(context_);
            return committed ? "" : "what was written has to be committed";
        },
        .work = [this]() -> Result<StepResult> {
            return fail(
                ErrorCode::denied,
                "what was written is not committed yet",
                fmt::format(
                    "look at it, then `git -C {0} add -A && git -C {0} commit`, and run "
                    "`ducksnest up` again: it goes on from here",
                    context_.shown_folder()
                )
            );
        },
    };
}

/// A bucket that Terraform makes is not there before the first run.
Result<bool> UpRun::has_cache_bucket() {
    const bool is_elsewhere = context_.arguments().has("to") || !plan_.cloud;
    return is_elsewhere ||
           TRY(TRY(context_.open_buckets(plan_.cloud->region))->exists(*homelab_.cache->bucket));
}

Step UpRun::cache(bool is_after_cloud) {
    return {
        .name = is_after_cloud ? "cache, now" : "cache",
        .look = [this, is_after_cloud]() -> Result<std::string> {
            if (is_after_cloud && !is_push_late_) {
                return "";
            }
            return fmt::format(
                "build {}, push what the cache lacks", count_of(plan_.nodes.size(), "system")
            );
        },
        .work = [this]() -> Result<StepResult> {
            if (!TRY(has_cache_bucket())) {
                is_push_late_ = true;
                return StepResult{.text = "waits for its bucket, which Terraform makes"};
            }
            return push();
        },
    };
}

Result<StepResult> UpRun::push() {
    context_.progress().begin("building", 0);
    const std::vector<std::string> nodes = node_names(plan_);
    systems_ = TRY(find_systems(context_, nodes, TRY(named_systems(context_, plan_, nodes))));
    const auto store = TRY(open_cache(context_, "to"));
    std::map<std::string, std::string> newest;
    for (const cache::Generation& generation : TRY(cache::read_generations(*store))) {
        newest[generation.node] = generation.path.text();
    }
    std::map<std::string, std::string> missing;
    std::ranges::copy_if(systems_, std::inserter(missing, missing.end()), [&](const auto& item) {
        const auto found = newest.find(item.first);
        return found == newest.end() || found->second != item.second;
    });
    if (missing.empty()) {
        return StepResult{.text = "the cache has every system"};
    }
    TRY(push_systems(context_, missing));
    return StepResult{
        .text = fmt::format("{} pushed", count_of(missing.size(), "system")), .has_changed = true
    };
}

Step UpRun::cloud() {
    return {
        .name = "terraform",
        .look = [this]() -> Result<std::string> {
            const std::string& bucket = plan_.cloud->state.bucket;
            if (!TRY(TRY(context_.open_buckets(plan_.cloud->region))->exists(bucket))) {
                return fmt::format("make `{}` for its state, then what is in terraform/", bucket);
            }
            TRY(terraform_->init());
            changes_ = TRY(terraform_->plan());
            if (!changes_->is_empty()) {
                return describe(*changes_);
            }
            TRY(machines_are_as_planned());
            return "";
        },
        .work = [this] { return change_cloud(); },
    };
}

Result<StepResult> UpRun::change_cloud() {
    const auto buckets = TRY(context_.open_buckets(plan_.cloud->region));
    TRY(buckets->make_private(plan_.cloud->state.bucket));
    if (!changes_) {
        TRY(terraform_->init());
        changes_ = TRY(terraform_->plan());
    }
    if (!changes_->destroyed.empty()) {
        context_.say("Terraform would destroy: " + join(changes_->destroyed, ", "));
        if (!TRY(context_.confirm("Go on?"))) {
            return fail(ErrorCode::denied, "what Terraform would destroy stays", "");
        }
    }
    TRY(terraform_->apply());
    new_machines_ = changes_->machines;
    TRY(machines_are_as_planned());
    return StepResult{.text = describe(*changes_), .has_changed = true};
}

/// A node at another address than planned has no certificate for it, and nobody would find it.
Result<void> UpRun::machines_are_as_planned() {
    for (const CloudMachine& machine : TRY(terraform_->machines(plan_.homelab))) {
        const auto planned =
            std::ranges::find(plan_.cloud->instances, machine.node, &plan::CloudInstance::name);
        if (planned != plan_.cloud->instances.end() &&
            net::to_string(planned->address) != machine.address) {
            return fail(
                ErrorCode::conflict,
                fmt::format(
                    "`{}` ({}) has the address {}, not {} as planned",
                    machine.node,
                    machine.id,
                    machine.address,
                    net::to_string(planned->address)
                ),
                fmt::format("write `address = \"{}\"` into homelab.toml", machine.address)
            );
        }
        context_.detail(fmt::format("{}: {} at {}", machine.node, machine.id, machine.address));
    }
    return {};
}

Step UpRun::hosts() {
    return {
        .name = "host keys",
        .look = [this]() -> Result<std::string> {
            const Json json = TRY(answer_of(
                ask_verb(context_, {"hosts", "upload", "--dry-run"}), "looking at host keys"
            ));
            const Json* hosts = json.find("hosts");
            const Json::Array* list = hosts == nullptr ? nullptr : hosts->as_array();
            const auto due =
                list == nullptr ? 0 : std::ranges::count_if(*list, [](const Json& host) {
                    const Json* change = host.find("change");
                    return change != nullptr && change->as_string() != nullptr &&
                           *change->as_string() != "kept";
                });
            return due == 0 ? ""
                            : fmt::format(
                                  "{} to upload", count_of(static_cast<std::size_t>(due), "key")
                              );
        },
        .work = [this]() -> Result<StepResult> {
            std::vector<std::string> words{"hosts", "upload"};
            std::ranges::copy(identity_words(), std::back_inserter(words));
            TRY(done_by(context_, words));
            return StepResult{.text = "uploaded", .has_changed = true};
        },
    };
}

Result<std::vector<std::string>> UpRun::keyless_machines() {
    const auto secrets = TRY(context_.open_secret_values(plan_.cloud->region));
    std::vector<std::string> names;
    for (const plan::CloudInstance& machine : plan_.cloud->instances) {
        const std::string name = plan::tailnet_key_secret(plan_.homelab, machine.name);
        // The key of the machine before it is spent.
        const bool is_new = std::ranges::find(new_machines_, machine.name) != new_machines_.end();
        if (is_new || !TRY(secrets->describe(name)).has_value) {
            names.push_back(machine.name);
        }
    }
    return names;
}

Step UpRun::tailnet() {
    return {
        .name = "tailnet keys",
        .look = [this]() -> Result<std::string> {
            const std::vector<std::string> names = TRY(keyless_machines());
            return names.empty() ? "" : "a key for one use, for " + join(names, ", ");
        },
        .work = [this]() -> Result<StepResult> {
            const std::vector<std::string> names = TRY(keyless_machines());
            const auto client = context_.arguments().text("tailnet-client");
            if (!client) {
                return fail(
                    ErrorCode::denied,
                    fmt::format("there is no tailnet key for {}", join(names, ", ")),
                    "pass `--tailnet-client FILE` with the secret of a Tailscale OAuth client; "
                    "`ducksnest tailnet key --help` tells more"
                );
            }
            std::vector<std::string> words{"tailnet", "key", "--client", *client};
            std::ranges::copy(identity_words(), std::back_inserter(words));
            std::ranges::copy(names, std::back_inserter(words));
            TRY(done_by(context_, words));
            return StepResult{.text = "made for " + join(names, ", "), .has_changed = true};
        },
    };
}

std::vector<std::string> UpRun::deploy_words() const {
    const Arguments& arguments = context_.arguments();
    std::vector<std::string> words = access_words("deploy");
    for (const auto& [node, system] : systems_) {
        words.insert(words.end(), {"--system", fmt::format("{}={}", node, system)});
    }
    for (const char* name : {"user", "flake", "store"}) {
        if (arguments.has(name)) {
            words.insert(words.end(), {fmt::format("--{}", name), *arguments.text(name)});
        }
    }
    for (const std::string& address : arguments.all("address")) {
        words.insert(words.end(), {"--address", address});
    }
    if (systems_.empty()) {
        for (const std::string& system : arguments.all("system")) {
            words.insert(words.end(), {"--system", system});
        }
    }
    // Nothing runs on a control plane that was made a moment ago.
    if (arguments.has("no-drain") || !new_machines_.empty()) {
        words.emplace_back("--no-drain");
    }
    // Looked at before; since then at most Terraform has noted the version of its provider.
    words.emplace_back("--dirty");
    words.emplace_back(homelab_.cache ? "--no-push" : "--copy");
    return words;
}

Result<std::string> UpRun::look_at_nodes() {
    std::vector<std::string> words = deploy_words();
    words.emplace_back("--dry-run");
    // A machine that was just made boots, fetches its system and joins before it answers.
    const Duration until =
        context_.timer().elapsed() +
        (new_machines_.empty() ? Duration() : *context_.arguments().duration("first-boot"));
    while (true) {
        VerbAnswer answer = ask_verb(context_, words);
        if (answer.exit == Exit::done) {
            std::size_t due = length_of(answer.json, "held");
            const Json* waves = answer.json.find("waves");
            if (waves != nullptr && waves->as_array() != nullptr) {
                for (const Json& wave : *waves->as_array()) {
                    due += length_of(wave, "nodes");
                }
            }
            return due == 0 ? "" : fmt::format("{} to switch", count_of(due, "node"));
        }
        if (answer.exit == Exit::refused || context_.timer().elapsed() >= until) {
            answer.error.context.emplace_back("asking the nodes what they run");
            return std::unexpected(std::move(answer.error));
        }
        context_.progress().begin("waiting for " + join(new_machines_, ", "), 0);
        TRY(context_.timer().pause(poll, {}));
    }
}

Step UpRun::deploy() {
    return {
        .name = "deploy",
        .look = [this] { return look_at_nodes(); },
        .work = [this]() -> Result<StepResult> {
            TRY(done_by(context_, deploy_words()));
            return StepResult{.text = "switched", .has_changed = true};
        },
    };
}

Step UpRun::bootstrap() {
    const auto words = [this] {
        std::vector<std::string> all = access_words("bootstrap");
        if (const auto file = context_.arguments().text("definitions")) {
            all.insert(all.end(), {"--definitions", *file});
        }
        return all;
    };
    return {
        .name = "bootstrap",
        .look = [this, words]() -> Result<std::string> {
            std::vector<std::string> asked = words();
            asked.emplace_back("--dry-run");
            const Json json = TRY(answer_of(ask_verb(context_, asked), "asking the API server"));
            const std::size_t due = length_of(json, "planned") + length_of(json, "planned_prunes");
            return due == 0 ? "" : fmt::format("{} to change", count_of(due, "object"));
        },
        .work = [this, words]() -> Result<StepResult> {
            TRY(done_by(context_, words()));
            return StepResult{.text = "applied", .has_changed = true};
        },
    };
}

Result<void> UpRun::nodes_are_ready() {
    kube::Access access = TRY(find_access(context_, operator_access(plan_)));
    const std::unique_ptr<Http> http = open_access(context_, access);
    kube::Client client(
        *http, context_.timer(), context_.random(), {.server = access.server, .token = access.token}
    );
    const ClusterView view = TRY(wait_for_nodes(context_, client, plan_.nodes.size()));
    std::vector<std::string> missing;
    for (const plan::NodePlan& node : plan_.nodes) {
        const auto found = std::ranges::find(view.nodes, node.name, &NodeView::name);
        if (found == view.nodes.end() || !found->is_ready) {
            missing.push_back(node.name);
        }
    }
    if (!missing.empty()) {
        return fail(
            ErrorCode::unavailable,
            fmt::format("not Ready: {}", join(missing, ", ")),
            fmt::format("`kubectl describe node {}` says why", missing.front())
        );
    }
    return {};
}

Step UpRun::verify() {
    return {
        .name = "verify",
        .look = [this]() -> Result<std::string> {
            // Nothing to do, or an error that says what is not as it should be.
            std::vector<std::string> words{"certs", "verify"};
            std::ranges::copy(identity_words(), std::back_inserter(words));
            TRY(answer_of(ask_verb(context_, words), "verifying the certificates"));
            TRY(nodes_are_ready());
            return "";
        },
        .work = []() -> Result<StepResult> { return StepResult{}; },
    };
}

} // namespace ducksnest::app
