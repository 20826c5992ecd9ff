# Machines with little memory. Kubernetes's share (reserves, eviction, taint) is in the lock; this is
# the rest of the system's.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
in
{
  config = lib.mkIf (cfg.enable && cfg.facts.memory_class == "small") {
    documentation.enable = lib.mkDefault false;
    nix.daemonCPUSchedPolicy = lib.mkDefault "idle";
    nix.daemonIOSchedClass = lib.mkDefault "idle";
    # Packages come from the cache; what little is built is built one by one.
    nix.settings.cores = lib.mkDefault 1;
    nix.settings.max-jobs = lib.mkDefault 1;
    services.journald.extraConfig = ''
      RuntimeMaxUse=16M
      SystemMaxUse=256M
    '';
  };
}
