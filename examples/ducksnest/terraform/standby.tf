# A slot is a machine that is described and does not run. Disaster recovery starts it from its
# template and ends it again; Terraform knows templates only, so that is no drift.

resource "aws_launch_template" "standby" {
  for_each = var.standby.slots

  name                                 = "${var.homelab}-${each.key}"
  description                          = "Replacement machine ${each.key} of ${var.homelab}"
  update_default_version               = true
  image_id                             = local.images[var.standby.architecture]
  instance_type                        = var.standby.types[0]
  instance_initiated_shutdown_behavior = "terminate"
  user_data                            = base64encode(local.first_boot[each.key])

  iam_instance_profile {
    arn = aws_iam_instance_profile.machine[each.key].arn
  }

  network_interfaces {
    device_index                = 0
    subnet_id                   = aws_subnet.this[each.value.subnet].id
    security_groups             = [aws_security_group.machines.id]
    associate_public_ip_address = true
    delete_on_termination       = true
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = each.value.root_gib
      encrypted             = true
      delete_on_termination = true
    }
  }

  # Rights to start and to end it hang on these tags.
  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]

    content {
      resource_type = tag_specifications.value
      tags = merge(local.tags, {
        Name             = "${var.homelab}-${each.key}"
        "ducksnest:slot" = each.key
      })
    }
  }

  tags = { Name = "${var.homelab}-${each.key}", "ducksnest:slot" = each.key }

  lifecycle {
    # A newer build of the same release boots the same system.
    ignore_changes       = [image_id]
    replace_triggered_by = [terraform_data.image]

    precondition {
      condition     = local.can_boot
      error_message = local.cannot_boot_as
    }
  }
}
