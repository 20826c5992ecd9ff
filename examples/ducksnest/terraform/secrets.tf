# Entries without values. `ducksnest hosts upload` puts the keys in, so that they never stand in a
# plan or in the state.

locals {
  machine_secrets = merge([for machine in concat(keys(var.instances), keys(var.standby.slots)) : {
    for kind in ["ssh-host-key", "tailnet-key"] :
    "${var.homelab}/hosts/${machine}/${kind}" => { machine = machine, kind = kind }
  }]...)
}

resource "aws_secretsmanager_secret" "machine" {
  for_each = local.machine_secrets

  name        = each.key
  description = each.value.kind == "ssh-host-key" ? "SSH host key of ${each.value.machine}" : "Single-use key that ${each.value.machine} joins the tailnet with"

  # Gone at once: operators have the host keys as age files, a tailnet key is used once, and a name
  # that waits for its end cannot be taken again.
  recovery_window_in_days = 0

  tags = { (contains(keys(var.standby.slots), each.value.machine) ? "ducksnest:slot" : "ducksnest:node") = each.value.machine }
}
