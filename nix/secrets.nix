# Encrypted keys lie in the store; opened ones in memory only, before anything that needs them.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
  tree = builtins.path {
    path = cfg.secrets;
    name = "ducksnest-secrets";
  };
in
{
  config = lib.mkIf cfg.enable {
    environment.etc = lib.mkIf (cfg.secrets != null) { "ducksnest/secrets".source = tree; };

    # The parent of /run/ducksnest/secrets: `certs open` replaces that folder in one rename, and a
    # mount point cannot be renamed. Opened keys must not reach a swap either. A unit, because
    # virtual machines put file systems of their own in the place of all `fileSystems`.
    systemd.mounts = [
      {
        description = "opened keys, in memory";
        what = "tmpfs";
        where = "/run/ducksnest";
        type = "tmpfs";
        options = lib.concatStringsSep "," [
          "mode=0755"
          "nodev"
          "noexec"
          "nosuid"
          "noswap"
          "size=16m"
        ];
        wantedBy = [ "local-fs.target" ];
      }
    ];

    systemd.services.ducksnest-open = {
      # Without its mount it does not start: keys would lie in /run, which may be swapped.
      unitConfig.RequiresMountsFor = "/run/ducksnest";
      # The host key that opens them; sshd makes it on a machine's first boot.
      after = [ "sshd-keygen.service" ];
      wants = [ "sshd-keygen.service" ];
      # Reloaded, not restarted: a restart would take down all that require it. Who has new
      # credentials is restarted by its own triggers, after this.
      reloadTriggers = lib.optional (cfg.secrets != null) "${tree}";
    };
  };
}
