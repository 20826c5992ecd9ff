#include "app/up_local.h"

#include "app/bootstrap_steps.h"
#include "app/bootstrap_view.h"
#include "app/cluster_view.h"
#include "app/homelab.h"
#include "app/kube_access.h"
#include "app/local_ground.h"
#include "base/text.h"
#include "kube/client.h"
#include "plan/plan.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

/// Takes the ground down when the verb ends, however it ends; not after `keep`.
class Taken {
public:
    explicit Taken(const LocalGround& place)
        : place_(place) {}
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    ~Taken() {
        if (is_ours_) {
            // There may be an error on its way already; this one would only hide it.
            [[maybe_unused]] const auto stopped = local::stop_ground(place_.doors());
        }
    }

    void keep() { is_ours_ = false; }
    Result<void> give_back(Context& context) {
        context.progress().begin("taking the local ground down", 0);
        is_ours_ = false;
        TRY(local::stop_ground(place_.doors()));
        TRY(context.remove_folder(place_.folder()));
        context.progress().end("taken down; `--keep` would leave it up");
        return {};
    }

private:
    const LocalGround& place_;
    bool is_ours_ = true;
};

void show_plan(Context& context, const plan::Plan& plan, const LocalGround& place) {
    for (const plan::NodePlan& node : plan.nodes) {
        context.out(fmt::format("start a hollow node for {}\n", node.name));
    }
    for (const std::string& program : local::needed_programs(plan)) {
        context.out(fmt::format("start {}\n", program));
    }
    context.out(fmt::format("keep files in {}\n", place.folder()));
}

Exit answer(
    Context& context,
    const ClusterView& view,
    const kube::BootstrapReport& report,
    const std::optional<std::string>& kubeconfig
) {
    if (context.options().json) {
        Json json = to_json(view);
        json.set("bootstrap", to_json(report, kube::Mode::real));
        json.set("kubeconfig", kubeconfig ? Json(*kubeconfig) : Json());
        context.out_json(json);
    } else {
        context.out(show(view, context.out_style()));
        context.out("\n" + describe_counts(report));
        if (kubeconfig) {
            context.out(fmt::format("export KUBECONFIG={}\n", *kubeconfig));
        }
    }
    tell_remarks(context, report);
    return report.waiting.empty() && view.ready_nodes() == view.nodes.size() ? Exit::done
                                                                             : Exit::failed;
}

} // namespace

Result<Exit> up_local(Context& context) {
    const auto lab = load_homelab(context);
    if (!lab) {
        return lab.error();
    }
    const plan::Plan plan = plan::make_plan(lab->homelab);
    const LocalGround place(context, TRY(local_folder(context, plan.homelab)));
    if (context.options().dry_run) {
        show_plan(context, plan, place);
        return Exit::done;
    }
    BootstrapSet set = bootstrap_set_of(plan);
    TRY(add_definitions(context, set));
    const bool keep = context.arguments().has("keep");
    const local::Ground ground = TRY(local::start_ground(
        {.plan = plan,
         .folder = place.folder(),
         .programs = TRY(find_programs(context, plan)),
         .ducksnest = context.processes().self(),
         .outlives_us = keep,
         .patience = *context.arguments().duration("start-timeout")},
        place.doors()
    ));
    Taken taken(place);
    // As the plan's own unit does it, with no more rights than that has.
    kube::Access access = TRY(read_access(context, ground.bootstrap_kubeconfig));
    const std::unique_ptr<Http> http = open_access(context, access);
    const kube::BootstrapReport report = TRY(bring_onto(
        context,
        *http,
        access,
        std::move(set),
        {.homelab = plan.homelab, .rollout_timeout = *context.arguments().duration("wait")}
    ));
    kube::Client client(
        *ground.http,
        context.timer(),
        context.random(),
        kube::ClientOptions{.server = ground.state.api_server}
    );
    const ClusterView view = TRY(wait_for_nodes(context, client, plan.nodes.size()));
    std::optional<std::string> kubeconfig;
    if (keep) {
        kubeconfig = ground.kubeconfig;
        taken.keep();
    } else {
        TRY(taken.give_back(context));
    }
    return answer(context, view, report, kubeconfig);
}

} // namespace ducksnest::app
