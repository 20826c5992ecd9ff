# What `ducksnest deploy` needs on a node: keys that can do nothing else, and a way back from a system
# that does not boot.
#
# The keys log in as root, because switching a system takes root whatever the road. sshd lets them run
# one program only, which knows eight verbs; there is no sudo, no shell, no forwarding. And they can
# switch only to what the node's own Nix fetches from caches whose signatures it trusts.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.ducksnest;
  inherit (cfg) facts;
  ducksnest = "${cfg.packages.ducksnest}/bin/ducksnest";
  gate = "${ducksnest} activate gate" + lib.optionalString cfg.deploy.allowCopy " --copy";
in
{
  config = lib.mkIf cfg.enable {
    users.users.root.openssh.authorizedKeys.keys = map (
      key: "restrict,command=\"${gate}\" ${key}"
    ) cfg.deploy.keys;
    # Root logs in by such keys alone. Stronger than a default: cloud images come with one of theirs.
    services.openssh.settings.PermitRootLogin = lib.mkOverride 900 "forced-commands-only";
    # Cloud images keep old systems out of GRUB's menu, and with them the one that is to be tried.
    boot.loader.grub.configurationLimit = lib.mkIf (facts.provider != "own") (lib.mkOverride 90 10);

    # What an SSH connection finds in its PATH.
    environment.systemPackages = [
      cfg.packages.ducksnest
      pkgs.iputils # ping: the probe of the data path
    ]
    ++ lib.optional config.boot.loader.grub.enable pkgs.grub2; # grub-editenv: one boot of a system

    # A system that was started once, to be tried, arms the way back again; one that did not boot is
    # written down by the system before it.
    systemd.services.ducksnest-activate-resume = {
      description = "the way back from a system that is tried";
      wantedBy = [ "multi-user.target" ];
      after = [ "local-fs.target" ];
      # Only a boot is a boot.
      restartIfChanged = false;
      stopIfChanged = false;
      environment.PATH = lib.mkForce "/run/current-system/sw/bin";
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        Restart = "on-failure";
        RestartSec = 5;
        ExecStart = "${ducksnest} activate resume";
      };
    };

    # A new system that panics, or finds no disk, must not wait for somebody at its keyboard: the
    # machine starts again, with the system before it.
    boot.kernelParams = [
      "boot.panic_on_fail"
      "panic=30"
    ];
    systemd.enableEmergencyMode = lib.mkDefault false;
  };
}
