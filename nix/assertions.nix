# What evaluation can already know to be wrong, each with the way out.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
  inherit (cfg) facts;
  isControlPlane = facts.role == "control-plane";

  hasMinor = lib.versions.majorMinor cfg.packages.kubernetes.version;
  wantsMinor = lib.versions.majorMinor facts.cluster.kubernetes_version;

  # Modules of nixpkgs that would define the same units.
  rivals = {
    "services.etcd" = config.services.etcd.enable;
    "services.tailscale" = config.services.tailscale.enable;
    "virtualisation.containerd" = config.virtualisation.containerd.enable;
  }
  // lib.listToAttrs (
    map
      (name: lib.nameValuePair "services.kubernetes.${name}" config.services.kubernetes.${name}.enable)
      [
        "apiserver"
        "controllerManager"
        "kubelet"
        "proxy"
        "scheduler"
      ]
  );
  noRival = name: isOn: {
    assertion = !isOn;
    message = "ducksnest runs its own units; set ${name}.enable = false";
  };
in
{
  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = hasMinor == wantsMinor;
        message = "ducksnest.packages.kubernetes is ${cfg.packages.kubernetes.version}, but the lock is written for ${wantsMinor}; take a nixpkgs that carries it";
      }
      {
        assertion = isControlPlane == (facts.units ? kube-apiserver && facts.units ? etcd);
        message = "homelab.lock.json contradicts itself about the role of `${facts.name}`; write it anew: ducksnest render";
      }
      {
        assertion = cfg.secrets != null;
        message = "ducksnest.secrets is not set, so `${facts.name}` has no keys; make them with `nix run .#certs-recreate` and commit secrets/";
      }
      {
        assertion = facts.host_key != null;
        message = "`${facts.name}` has no host_key in homelab.toml, so its secrets are encrypted for nobody here; add the line of /etc/ssh/ssh_host_ed25519_key.pub";
      }
      {
        assertion = facts.provider != "own" || facts.boot != "bios" || cfg.bootDevice != null;
        message = "`${facts.name}` boots by BIOS; say where GRUB belongs: ducksnest.bootDevice = \"/dev/disk/by-id/…\"";
      }
      {
        assertion = config.swapDevices == [ ] && !config.zramSwap.enable;
        message = "the kubelet does not start beside swap; remove swapDevices and zramSwap from `${facts.name}`";
      }
    ]
    ++ lib.mapAttrsToList noRival rivals;
  };
}
