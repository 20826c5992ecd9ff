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
    # mount point cannot be renamed. Opened keys must not reach a swap either.
    fileSystems."/run/ducksnest" = {
      device = "tmpfs";
      fsType = "tmpfs";
      options = [
        "mode=0755"
        "nodev"
        "noexec"
        "nosuid"
        "noswap"
        "size=16m"
      ];
    };

    systemd.services.ducksnest-open = {
      # The host key that opens them; sshd makes it on a machine's first boot.
      after = [ "sshd-keygen.service" ];
      wants = [ "sshd-keygen.service" ];
      # Reloaded, not restarted: a restart would take down all that require it. Who has new
      # credentials is restarted by its own triggers, after this.
      reloadTriggers = lib.optional (cfg.secrets != null) "${tree}";
    };
  };
}
