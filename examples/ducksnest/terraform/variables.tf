# Rendered by `ducksnest render` into homelab.auto.tfvars.json. Change homelab.toml, not that file.

variable "homelab" {
  description = "Name of the homelab; everything here is called after it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.homelab))
    error_message = "The name must have 1 to 40 of a-z, 0-9 and -, with a letter or digit at both ends."
  }
}

variable "region" {
  description = "AWS region of the site."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$", var.region))
    error_message = "The region must look like ap-northeast-2, without the letter of a zone."
  }
}

variable "network" {
  description = "Network of the site, and its halves: one subnet in each of two availability zones."
  type = object({
    cidr    = string
    subnets = map(string)
  })

  validation {
    condition     = can(cidrhost(var.network.cidr, 0)) && tonumber(split("/", var.network.cidr)[1]) >= 16
    error_message = "The network must be in CIDR notation and not larger than a /16, which is what a VPC takes."
  }

  validation {
    condition     = sort(keys(var.network.subnets)) == tolist(["a", "b"])
    error_message = "The network must have exactly the subnets a and b."
  }

  validation {
    condition     = alltrue([for cidr in values(var.network.subnets) : can(cidrhost(cidr, 4)) && tonumber(split("/", cidr)[1]) <= 28])
    error_message = "AWS takes no subnet that is smaller than a /28."
  }
}

variable "instances" {
  description = "Nodes that stand at AWS, by name."
  type = map(object({
    role         = string
    address      = string
    subnet       = string
    type         = string
    architecture = string
    root_gib     = number
  }))

  validation {
    condition     = alltrue([for node in values(var.instances) : contains(["control-plane", "worker"], node.role)])
    error_message = "A node is a control-plane or a worker."
  }

  validation {
    condition     = alltrue([for node in values(var.instances) : contains(["x86_64", "arm64"], node.architecture)])
    error_message = "An architecture is x86_64 or arm64."
  }

  validation {
    condition     = alltrue([for node in values(var.instances) : node.root_gib >= 8 && node.root_gib <= 16384])
    error_message = "A root volume has 8 to 16384 GiB: the NixOS image does not fit on less, gp3 ends there."
  }
}

variable "standby" {
  description = "Slots for machines that disaster recovery may rent, and the instance types it may ask for."
  type = object({
    slots = map(object({
      subnet   = string
      root_gib = number
    }))
    types        = list(string)
    architecture = string
  })

  validation {
    condition     = length(var.standby.slots) == 0 || length(var.standby.types) > 0
    error_message = "Slots need at least one instance type."
  }

  validation {
    condition     = alltrue([for slot in keys(var.standby.slots) : can(regex("^standby-[1-9][0-9]*$", slot))])
    error_message = "Slots are called standby-1, standby-2 and so on: rights are given by these names."
  }
}

variable "buckets" {
  description = "Buckets by purpose: backups, cache, logs."
  type = map(object({
    name            = string
    expire_days     = number
    noncurrent_days = number
  }))

  validation {
    condition     = alltrue([for purpose in keys(var.buckets) : contains(["backups", "cache", "logs"], purpose)])
    error_message = "The purposes of buckets are backups, cache and logs."
  }

  validation {
    condition     = alltrue([for bucket in values(var.buckets) : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", bucket.name))])
    error_message = "A bucket's name must have 3 to 63 of a-z, 0-9 and -, with a letter or digit at both ends."
  }

  validation {
    condition     = try(var.buckets["cache"].expire_days, null) == null
    error_message = "S3 must not expire the cache: its garbage collection knows what is still referred to, S3 does not."
  }
}

variable "cache_public_key" {
  description = "Public key that the cache's signatures are checked with, as NAME:BASE64; null until there is one."
  type        = string
  nullable    = true

  validation {
    condition     = var.cache_public_key == null || can(regex("^[A-Za-z0-9._-]+:[A-Za-z0-9+/]{43}=$", var.cache_public_key))
    error_message = "The key must be NAME:BASE64 of 32 bytes, as `nix-store --generate-binary-cache-key` writes it."
  }
}

variable "state" {
  description = "Where this module's own state is kept, for the rights of those who may read it."
  type = object({
    bucket = string
    key    = string
  })
}

variable "github" {
  description = "Repository on github.com that may plan and deploy, and its branch; null for none."
  type = object({
    repository = string
    branch     = string
  })
  nullable = true

  # A star or a colon would match other repositories' tokens.
  validation {
    condition     = var.github == null || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github.repository))
    error_message = "The repository must be OWNER/NAME."
  }

  validation {
    condition     = var.github == null || can(regex("^[A-Za-z0-9._/-]+$", var.github.branch))
    error_message = "The branch must be a name without wildcards."
  }
}

variable "monthly_limit_usd" {
  description = "AWS warns when a month costs more: what always runs, room for the rest, and disaster recovery's budget."
  type        = number

  validation {
    condition     = var.monthly_limit_usd > 0
    error_message = "The limit must be positive."
  }
}
