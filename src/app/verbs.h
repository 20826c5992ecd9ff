#pragma once

#include "app/command.h"

/// One function per verb, defined in verb_<name>.cc; command.cc lists them in the order of the
/// help.
namespace ducksnest::app {

Command activate_confirm_command();
Command activate_fetch_command();
Command activate_gate_command();
Command activate_lock_command();
Command activate_probe_command();
Command activate_resume_command();
Command activate_revert_command();
Command activate_status_command();
Command activate_switch_command();
Command activate_unlock_command();
Command activate_work_command();
Command bootstrap_command();
Command check_command();
Command cache_gc_command();
Command cache_proxy_command();
Command cache_pull_command();
Command cache_push_command();
Command cache_stats_command();
Command cache_verify_command();
Command certs_open_command();
Command certs_recreate_command();
Command certs_renew_command();
Command certs_rotate_ca_command();
Command certs_status_command();
Command certs_verify_command();
Command completions_command();
Command deploy_command();
Command down_command();
Command explain_command();
Command help_command();
Command hollow_command();
Command hosts_create_command();
Command hosts_upload_command();
Command init_command();
Command join_command();
Command plan_command();
Command render_command();
Command sim_command();
Command tailnet_key_command();
Command up_command();
Command version_command();

} // namespace ducksnest::app
