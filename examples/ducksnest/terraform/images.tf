# Official NixOS images. They only boot: first-boot.sh.tftpl switches to the system in the cache.

locals {
  architectures = toset(concat(
    [for node in values(var.instances) : node.architecture],
    length(var.standby.slots) > 0 ? [var.standby.architecture] : [],
  ))
  nixos_systems = { x86_64 = "x86_64-linux", arm64 = "aarch64-linux" }

  images = { for architecture in local.architectures : architecture =>
    lookup(var.images, architecture, try(data.aws_ami.nixos[architecture].id, null))
  }
}

data "aws_ami" "nixos" {
  for_each = setsubtract(local.architectures, keys(var.images))

  # NixOS Foundation; anybody can call an image nixos.
  owners      = ["427812963091"]
  most_recent = true

  filter {
    name   = "name"
    values = ["nixos/${var.nixos_release}*-${local.nixos_systems[each.value]}"]
  }

  filter {
    name   = "architecture"
    values = [each.value]
  }
}

# Changes when the owner asks for another image, not when a newer build of the same release appears.
resource "terraform_data" "image" {
  for_each = local.architectures

  input = lookup(var.images, each.value, var.nixos_release)
}
