#pragma once

#include <string_view>

/// Where NixOS keeps what a deployment changes (nixos-rebuild(8), nix-env(1)).
namespace ducksnest::deploy {

inline constexpr std::string_view current_system = "/run/current-system";
inline constexpr std::string_view booted_system = "/run/booted-system";
inline constexpr std::string_view system_profile = "/nix/var/nix/profiles/system";

/// Systems that are tried by a restart. NixOS's boot loaders list what is in this folder beside the
/// default; GRUB's only under names of letters, digits and underscores.
inline constexpr std::string_view trial_profiles = "/nix/var/nix/profiles/system-profiles";
inline constexpr std::string_view trial_profile_name = "ducksnest_trial";

/// Keeps a system that was fetched until it is tried.
inline constexpr std::string_view fetched_root = "/nix/var/nix/gcroots/ducksnest-fetched";

/// The unit of a system that arms the way back again after a restart, below the system's own path.
inline constexpr std::string_view resume_unit =
    "etc/systemd/system/ducksnest-activate-resume.service";

/// Where the node keeps lease and trial: on its disk, for they have to outlast a restart.
inline constexpr std::string_view state_folder = "/var/lib/ducksnest/activate";

} // namespace ducksnest::deploy
