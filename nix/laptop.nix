# A laptop that serves: it stays awake with its lid closed and never sleeps. A node that sleeps is a
# node that is lost.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
in
{
  config = lib.mkIf (cfg.enable && cfg.facts.provider == "own") {
    services.logind.settings.Login = {
      HandleHibernateKey = "ignore";
      HandleLidSwitch = "ignore";
      HandleLidSwitchDocked = "ignore";
      HandleLidSwitchExternalPower = "ignore";
      HandleSuspendKey = "ignore";
      IdleAction = "ignore";
    };

    systemd.targets = lib.genAttrs [
      "hibernate"
      "hybrid-sleep"
      "sleep"
      "suspend"
      "suspend-then-hibernate"
    ] (_: { enable = false; });

    # Wi-Fi that naps adds tens of milliseconds to every packet between nodes.
    networking.networkmanager.wifi.powersave = lib.mkDefault false;
  };
}
