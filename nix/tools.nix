# Programs to find by name in the system itself: for whoever logs in, and for the first boot of a
# machine at AWS, which has nothing of the homelab but this closure.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
in
{
  config = lib.mkIf cfg.enable {
    environment.systemPackages = [
      cfg.packages.ducksnest
      cfg.packages.tailscale
    ];
  };
}
