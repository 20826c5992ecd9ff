#include "app/activate.h"
#include "app/verbs.h"
#include "deploy/gate.h"
#include "deploy/probe.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

Result<Exit> run_probe(Context& context) {
    const std::unique_ptr<Files> files = context.open_folder("/");
    const deploy::ProbeDoors doors{
        .commands = context.commands(),
        .open_http = [&](HttpOptions options) { return context.open_http(std::move(options)); },
        .read_file = [&](const std::string& path) -> Result<std::string> {
            const auto bytes = TRY(files->read(path));
            if (!bytes) {
                return fail(ErrorCode::not_found, fmt::format("`{}` does not exist", path));
            }
            return std::string(as_text(*bytes));
        },
    };
    const deploy::ProbeRequest request{
        .units = context.arguments().all("unit"),
        .api = context.arguments().text("api").value_or(""),
        .authorities = *context.arguments().text("authorities"),
        .addresses = context.arguments().all("address"),
    };
    context.out_json(deploy::to_json(deploy::probe_node(doors, request)));
    return Exit::done;
}

Result<Exit> run_work(Context& context) {
    NodeGround node(context);
    const std::string job = *context.arguments().text("JOB");
    if (job == "switch") {
        TRY(node.activation().work_switch());
    } else if (job == "confirm") {
        TRY(node.activation().work_confirm());
    } else if (job == "revert") {
        TRY(node.activation().work_revert());
    } else {
        TRY(node.activation().work_deadline());
    }
    return Exit::done;
}

Result<Exit> run_resume(Context& context) {
    NodeGround node(context);
    TRY(node.activation().resume());
    return Exit::done;
}

Result<Exit> run_gate(Context& context) {
    const std::string asked = context.environment().ssh_command.value_or("");
    const auto copies =
        context.arguments().has("copy") ? deploy::Copies::allowed : deploy::Copies::refused;
    Result<std::vector<std::string>> words = deploy::pass_gate(asked, copies);
    if (!words) {
        return context.report(words.error(), Exit::refused);
    }
    if (words->front() == "ducksnest") {
        words->front() = context.processes().self();
    }
    return context.commands().become({.words = *std::move(words)});
}

} // namespace

Command activate_probe_command() {
    return {
        .path = "activate probe",
        .summary = "look whether this node does what it is there for",
        .description =
            "Called on a node by `ducksnest deploy`, before and after a switch; answers in JSON: "
            "each unit, the API server, and whether a packet of 1280 bytes gets to other nodes in "
            "one piece.",
        .flags =
            {{.name = "unit",
              .value = Value::text,
              .metavar = "NAME",
              .summary = "a systemd service that has to be active",
              .is_repeated = true},
             {.name = "api",
              .value = Value::text,
              .metavar = "URL",
              .summary = "the API server, as this node reaches it"},
             {.name = "authorities",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "who signed the API server's certificate",
              .fallback = "/run/ducksnest/secrets/bundles/cluster.crt"},
             {.name = "address",
              .value = Value::text,
              .metavar = "ADDRESS",
              .summary = "another node",
              .is_repeated = true}},
        .examples =
            {{.command = "ducksnest activate probe --unit kubelet --address 10.20.1.10",
              .says = "look at a unit and at the way to another node"}},
        .run = run_probe,
    };
}

Command activate_work_command() {
    return {
        .path = "activate work",
        .summary = "do one of this node's jobs of a deployment",
        .description = "Started by the other `activate` verbs, through systemd.",
        .arguments =
            {{.name = "JOB",
              .value = Value::choice,
              .summary = "what to do",
              .is_required = true,
              .choices = {"switch", "confirm", "revert", "deadline"}}},
        .examples =
            {{.command = "ducksnest activate work deadline",
              .says = "go back if nobody has confirmed"}},
        .run = run_work,
    };
}

Command activate_resume_command() {
    return {
        .path = "activate resume",
        .summary = "after a boot: try on, or record that the new system did not boot",
        .description = "Run at every boot by the unit ducksnest-activate-resume.",
        .examples =
            {{.command = "ducksnest activate resume",
              .says = "as the unit ducksnest-activate-resume does"}},
        .run = run_resume,
    };
}

Command activate_gate_command() {
    return {
        .path = "activate gate",
        .summary = "let a deployer's SSH key do nothing but deploy",
        .description =
            "The forced command of the keys that may deploy (sshd(8), \"command=\"). Runs what the "
            "connection asked for when that is one of the `activate` verbs for deployments, and "
            "refuses everything else.",
        .flags =
            {{.name = "copy",
              .summary = "let `nix copy` in too: then the key may run any code on this node"}},
        .examples =
            {{.command = "SSH_ORIGINAL_COMMAND='ducksnest activate status' ducksnest activate gate",
              .says = "what sshd does"}},
        .run = run_gate,
    };
}

} // namespace ducksnest::app
