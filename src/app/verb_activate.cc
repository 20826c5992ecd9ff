#include "app/activate.h"
#include "app/verbs.h"

#include <fmt/format.h>

#include <map>

/// The verbs that a deployment calls on a node, over SSH. Each answers in JSON.
namespace ducksnest::app {
namespace {

Result<std::string> required(Context& context, std::string_view flag) {
    const auto value = context.arguments().text(flag);
    if (!value || value->empty()) {
        return fail(ErrorCode::invalid, fmt::format("`--{}` is missing", flag));
    }
    return *value;
}

/// The state that a verb left the node in.
Result<Exit> answer(Context& context, NodeGround& node) {
    context.out_json(deploy::to_json(TRY(node.activation().report(""))));
    return Exit::done;
}

Result<Exit> run_status(Context& context) {
    NodeGround node(context);
    const std::string wanted = context.arguments().text("SYSTEM").value_or("");
    context.out_json(deploy::to_json(TRY(node.activation().report(wanted))));
    return Exit::done;
}

Result<Exit> run_lock(Context& context) {
    NodeGround node(context);
    TRY(node.activation().take_lease(
        {.holder = TRY(required(context, "holder")),
         .token = TRY(required(context, "token")),
         .length = *context.arguments().duration("for")}
    ));
    return answer(context, node);
}

Result<Exit> run_unlock(Context& context) {
    NodeGround node(context);
    TRY(node.activation().drop_lease(TRY(required(context, "token"))));
    return answer(context, node);
}

Result<Exit> run_fetch(Context& context) {
    NodeGround node(context);
    TRY(node.activation().fetch(
        *context.arguments().text("SYSTEM"), TRY(required(context, "token"))
    ));
    return answer(context, node);
}

Result<Exit> run_switch(Context& context) {
    NodeGround node(context);
    TRY(node.activation().begin(
        {.system = *context.arguments().text("SYSTEM"),
         .token = TRY(required(context, "token")),
         .patience = *context.arguments().duration("patience"),
         .way =
             context.arguments().has("by-restart") ? deploy::Way::restart : deploy::Way::in_place,
         .host_name = context.arguments().text("host-name").value_or("")}
    ));
    return answer(context, node);
}

Result<Exit> run_confirm(Context& context) {
    NodeGround node(context);
    TRY(node.activation().confirm(TRY(required(context, "token"))));
    return answer(context, node);
}

Result<Exit> run_revert(Context& context) {
    NodeGround node(context);
    TRY(node.activation().revert(
        TRY(required(context, "token")),
        context.arguments().text("reason").value_or("the deployment asked for it")
    ));
    return answer(context, node);
}

Positional system_argument() {
    return {
        .name = "SYSTEM",
        .value = Value::text,
        .summary = "store path of a NixOS system",
        .is_required = true
    };
}

constexpr std::string_view called_by = "Called on a node by `ducksnest deploy`; answers in JSON.";

} // namespace

Command activate_status_command() {
    return {
        .path = "activate status",
        .summary = "say what this node runs, and what it tries",
        .description = std::string(called_by),
        .arguments =
            {{.name = "SYSTEM",
              .value = Value::text,
              .summary = "say also whether this system is in the store and needs a restart"}},
        .examples = {{.command = "ducksnest activate status", .says = "on a node, as root"}},
        .run = run_status,
    };
}

Command activate_lock_command() {
    return {
        .path = "activate lock",
        .summary = "let one deployment alone change this node",
        .description = fmt::format(
            "{} The lock ends by itself when it is not taken again in time; while it lasts, any "
            "other deployment is refused with the holder's name.",
            called_by
        ),
        .flags =
            {token_flag(),
             {.name = "holder",
              .value = Value::text,
              .metavar = "NAME",
              .summary = "who deploys, as others are told"},
             {.name = "for",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "how long it lasts",
              .fallback = "60s"}},
        .examples =
            {{.command = "ducksnest activate lock --token t --holder duck@desk",
              .says = "keep other deployments away for a minute"}},
        .run = run_lock,
    };
}

Command activate_unlock_command() {
    return {
        .path = "activate unlock",
        .summary = "let other deployments change this node again",
        .description = std::string(called_by),
        .flags = {token_flag()},
        .examples = {{.command = "ducksnest activate unlock --token t", .says = "let them in again"}
        },
        .run = run_unlock,
    };
}

Command activate_fetch_command() {
    return {
        .path = "activate fetch",
        .summary = "bring a system into this node's store",
        .description = fmt::format(
            "{} Nix takes it from the substituters that the node trusts, and from nobody else.",
            called_by
        ),
        .flags = {token_flag()},
        .arguments = {system_argument()},
        .examples =
            {{.command = "ducksnest activate fetch /nix/store/…-nixos --token t",
              .says = "take a system from the cache"}},
        .run = run_fetch,
    };
}

Command activate_switch_command() {
    return {
        .path = "activate switch",
        .summary = "try a system, and go back unless it is confirmed",
        .description = fmt::format(
            "{} Arms a timer first, which needs neither the connection nor us, then switches. What "
            "the node starts with stays the previous system until `activate confirm`; when the "
            "timer ends before that, the node goes back to it.\n\n"
            "With --by-restart the boot loader is told to start the system once. A node on which "
            "it "
            "does not boot, or is not confirmed, starts the previous one.",
            called_by
        ),
        .flags =
            {token_flag(),
             {.name = "patience",
              .value = Value::duration,
              .metavar = "TIME",
              .summary = "when to go back",
              .fallback = "5m"},
             {.name = "host-name",
              .value = Value::text,
              .metavar = "NAME",
              .summary = "refuse a system that was made for another machine"},
             {.name = "by-restart", .summary = "start the system once, instead of switching to it"}
            },
        .arguments = {system_argument()},
        .examples =
            {{.command = "ducksnest activate switch /nix/store/…-nixos --token t --patience 2m",
              .says = "try it for two minutes"}},
        .run = run_switch,
    };
}

Command activate_confirm_command() {
    return {
        .path = "activate confirm",
        .summary = "make the system that is tried the one this node starts with",
        .description = std::string(called_by),
        .flags = {token_flag()},
        .examples = {{.command = "ducksnest activate confirm --token t", .says = "keep it"}},
        .run = run_confirm,
    };
}

Command activate_revert_command() {
    return {
        .path = "activate revert",
        .summary = "go back to the previous system now",
        .description = std::string(called_by),
        .flags =
            {token_flag(),
             {.name = "reason",
              .value = Value::text,
              .metavar = "TEXT",
              .summary = "why, for `activate status`"}},
        .examples = {{.command = "ducksnest activate revert --token t", .says = "give it up"}},
        .run = run_revert,
    };
}

} // namespace ducksnest::app
