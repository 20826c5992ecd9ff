# Nodes that always run: the control plane, and workers if the owner placed some here.

resource "aws_instance" "node" {
  for_each = var.instances

  ami                         = local.images[each.value.architecture]
  instance_type               = each.value.type
  subnet_id                   = aws_subnet.this[each.value.subnet].id
  private_ip                  = each.value.address
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.machines.id]
  iam_instance_profile        = aws_iam_instance_profile.machine[local.role_of[each.key]].name
  user_data                   = local.first_boot[each.key]
  disable_api_termination     = var.termination_protection && each.value.role == "control-plane"

  # Calico sends pods' packets of one subnet as they are: their addresses are not the instance's.
  source_dest_check = false

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
    # One hop: a pod's packet to the metadata service has one more and gets no credentials.
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = each.value.root_gib
    encrypted   = true

    tags = { Name = "${var.homelab}-${each.key}", "ducksnest:node" = each.key }
  }

  tags = {
    Name             = "${var.homelab}-${each.key}"
    "ducksnest:node" = each.key
    "ducksnest:role" = each.value.role
  }

  lifecycle {
    # The system comes by `ducksnest deploy`. A newer image or another first boot is for the next
    # machine; replacing this one would throw away etcd. To replace it all the same:
    # terraform apply -replace='aws_instance.node["NAME"]'
    # A machine that is stopped has no public address, which would look like another wish.
    ignore_changes = [ami, user_data, user_data_base64, associate_public_ip_address]

    precondition {
      condition     = local.can_boot
      error_message = local.cannot_boot_as
    }
  }

  # The first boot reads all of them.
  depends_on = [
    aws_iam_role_policy.machine,
    aws_route.out,
    aws_route_table_association.this,
    aws_vpc_security_group_egress_rule.anywhere,
  ]
}
