# The owner's own choices, in any *.auto.tfvars beside this file.

variable "alarm_emails" {
  description = "Who hears of costs above the limit."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.alarm_emails) <= 10 && alltrue([for email in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "Write up to ten addresses like duck@example.com."
  }
}

variable "nixos_release" {
  description = "NixOS release whose official image machines start from. Their system comes from the cache."
  type        = string
  default     = "25.11"

  validation {
    condition     = can(regex("^[0-9]{2}\\.[0-9]{2}$", var.nixos_release))
    error_message = "A release looks like 25.11."
  }
}

variable "images" {
  description = "Image ids by architecture, to pin one; else the newest official image of the release."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for architecture, id in var.images : contains(["x86_64", "arm64"], architecture) && can(regex("^ami-[0-9a-f]+$", id))])
    error_message = "Write image ids by architecture, like { x86_64 = \"ami-0123456789abcdef0\" }."
  }
}

variable "termination_protection" {
  description = "Whether AWS refuses to end control planes. Turn it off, and apply, before `destroy`."
  type        = bool
  default     = true
}

variable "github_provider_exists" {
  description = "Whether the account already trusts GitHub's tokens: an account can have that provider only once."
  type        = bool
  default     = false
}
