# The first boot of a machine at AWS has nothing of the homelab but this system: what it runs must be
# found by name in there.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
in
{
  config = lib.mkIf (cfg.enable && cfg.facts.provider == "aws") {
    environment.systemPackages = [
      cfg.packages.ducksnest
      cfg.packages.tailscale
    ];
  };
}
