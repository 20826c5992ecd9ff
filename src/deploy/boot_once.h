#pragma once

#include "ports/commands.h"
#include "ports/files.h"
#include "ports/node_system.h"

#include <string>

namespace ducksnest::deploy {

struct BootDoors {
    Files& files;
    Commands& commands;
    NodeSystem& system;
};

/// Makes a system what the machine starts with the next time, and only then; `previous` stays the
/// default. Knows systemd-boot (bootctl(1), "set-oneshot") and GRUB as NixOS sets it up, whose
/// configuration heeds "next_entry" (grub-reboot(8)). `unsupported`: neither is there.
Result<void>
boot_once(const BootDoors& doors, const std::string& system, const std::string& previous);

/// Takes that back, and forgets the system; nothing to take back is no error.
Result<void> forget_boot_once(const BootDoors& doors);

} // namespace ducksnest::deploy
