#include "app/command.h"

#include "app/verbs.h"

#include <algorithm>

namespace ducksnest::app {

const std::vector<Command>& command_table() {
    // One line per verb, in the order in which an owner meets them.
    // clang-format off
    static const std::vector<Command> table = {
        init_command(),
        check_command(),
        explain_command(),
        plan_command(),
        render_command(),
        certs_recreate_command(),
        certs_renew_command(),
        certs_rotate_ca_command(),
        certs_status_command(),
        certs_verify_command(),
        certs_open_command(),
        hosts_create_command(),
        hosts_upload_command(),
        tailnet_key_command(),
        cache_push_command(),
        cache_pull_command(),
        cache_proxy_command(),
        cache_verify_command(),
        cache_gc_command(),
        cache_stats_command(),
        up_command(),
        down_command(),
        deploy_command(),
        bootstrap_command(),
        sim_command(),
        help_command(),
        completions_command(),
        activate_status_command(),
        activate_lock_command(),
        activate_unlock_command(),
        activate_fetch_command(),
        activate_switch_command(),
        activate_confirm_command(),
        activate_revert_command(),
        activate_probe_command(),
        activate_resume_command(),
        activate_work_command(),
        activate_gate_command(),
        join_command(),
        hollow_command(),
        version_command(),
    };
    // clang-format on
    return table;
}

const std::vector<Group>& command_groups() {
    static const std::vector<Group> groups = {
        {.name = "certs", .summary = "authorities, certificates and the secrets folder"},
        {.name = "hosts", .summary = "SSH host keys of machines in the cloud"},
        {.name = "tailnet", .summary = "the network between the sites"},
        {.name = "cache", .summary = "the Nix binary cache: push, pull, verify, tidy up"},
        {.name = "activate", .summary = "the node's side of a deployment"},
    };
    return groups;
}

const std::vector<Flag>& global_flags() {
    static const std::vector<Flag> flags = {
        {.name = "directory",
         .letter = 'C',
         .value = Value::folder,
         .metavar = "DIR",
         .summary = "the homelab's folder",
         .fallback = "."},
        {.name = "file",
         .letter = 'f',
         .value = Value::file,
         .metavar = "FILE",
         .summary = "the homelab's file, relative to its folder",
         .fallback = "homelab.toml"},
        {.name = "json", .summary = "answer as JSON, for programs; errors too"},
        {.name = "quiet", .letter = 'q', .summary = "say nothing on the way"},
        {.name = "verbose", .letter = 'v', .summary = "say more on the way"},
        {.name = "color",
         .value = Value::choice,
         .metavar = "WHEN",
         .summary = "colour the output",
         .fallback = "auto",
         .choices = {"auto", "always", "never"}},
        {.name = "no-input", .summary = "ask nothing, fail instead"},
        {.name = "dry-run", .letter = 'n', .summary = "show what would be done, do nothing"},
        {.name = "yes", .letter = 'y', .summary = "agree to what would be asked"},
        {.name = "help", .letter = 'h', .summary = "show help"},
        {.name = "version", .summary = "show the version"},
    };
    return flags;
}

const Command* find_command(std::string_view path) {
    const auto found = std::ranges::find(command_table(), path, &Command::path);
    return found == command_table().end() ? nullptr : &*found;
}

} // namespace ducksnest::app
