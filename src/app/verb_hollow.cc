#include "app/bootstrap_objects.h"
#include "app/context.h"
#include "app/kube_access.h"
#include "app/verbs.h"
#include "kube/client.h"
#include "local/hollow_node.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

/// How soon a hollow node sees a pod that was bound to it.
constexpr Duration round = 500ms;

Result<Exit> run_hollow(Context& context) {
    const std::string path = *context.arguments().text("spec");
    const Bytes bytes = TRY(read_required(context, path));
    const Json json = TRY(Json::parse(as_text(bytes)).with(fmt::format("reading `{}`", path)));
    local::HollowSpec spec =
        TRY(local::parse_hollow_spec(json).with(fmt::format("reading `{}`", path)));
    kube::Access access = TRY(read_access(context, *context.arguments().text("kubeconfig")));
    const std::unique_ptr<Http> http = open_access(context, access);
    kube::Client client(
        *http,
        context.timer(),
        context.random(),
        kube::ClientOptions{.server = access.server, .token = access.token}
    );
    local::HollowNode node = TRY(local::HollowNode::make(std::move(spec), client));
    // Ends with a signal, as a kubelet does.
    while (true) {
        if (const Result<void> done = node.step(context.clock().now()); !done) {
            if (done.error().code == ErrorCode::denied) {
                return std::unexpected(done.error());
            }
            context.warn(describe(done.error()));
        }
        TRY(context.timer().pause(round, {}));
    }
}

} // namespace

Command hollow_command() {
    return {
        .path = "hollow",
        .summary = "stand in for a node's kubelet",
        .description =
            "A node without containers, for `ducksnest up --local`, which starts one for each "
            "node of the plan: it registers, renews its lease, reports its status, and says of "
            "the pods bound to it that they run. The API server takes it for that node, with that "
            "node's rights and no others.",
        .flags =
            {{.name = "spec",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "what the node says of itself: ducksnest.hollow/1",
              .fallback = "hollow.json"},
             {.name = "kubeconfig",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "how to reach the API server, and as whom",
              .fallback = "kubelet.kubeconfig"}},
        .examples =
            {{.command = "ducksnest hollow --spec hollow.json --kubeconfig kubelet.kubeconfig",
              .says = "be that node until a signal comes"}},
        .run = run_hollow,
    };
}

} // namespace ducksnest::app
