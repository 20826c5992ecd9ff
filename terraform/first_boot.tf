# What a machine is told when it starts. Anybody on the machine can read it, so it names where keys
# are and holds none.

locals {
  first_boot = { for machine in concat(keys(var.instances), keys(var.standby.slots)) : machine =>
    templatefile("${path.module}/first-boot.sh.tftpl", {
      homelab          = var.homelab
      node             = machine
      region           = var.region
      tailnet_tag      = "tag:${try(var.instances[machine].role, "standby")}"
      cache_host       = "${try(var.buckets["cache"].name, "none")}.s3.${var.region}.${data.aws_partition.current.dns_suffix}"
      cache_store      = "s3://${try(var.buckets["cache"].name, "none")}?region=${var.region}"
      cache_public_key = coalesce(var.cache_public_key, "none:")
    })
  }

  can_boot       = contains(keys(var.buckets), "cache") && var.cache_public_key != null
  cannot_boot_as = "Machines take their system from the cache and trust its key only: set bucket and public_key in [cache] of homelab.toml."
}
