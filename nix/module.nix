# One node of a homelab as NixOS. Everything that is decided is decided in homelab.lock.json; these
# files only say it in NixOS's words.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.ducksnest;
  package = name: lib.mkPackageOption pkgs name { };
in
{
  imports = [
    ./assertions.nix
    ./boot.nix
    ./cache.nix
    ./cloud.nix
    ./cni.nix
    ./files.nix
    ./firewall.nix
    ./hardening.nix
    ./kernel.nix
    ./laptop.nix
    ./needs.nix
    ./network.nix
    ./nvidia.nix
    ./secrets.nix
    ./small.nix
    ./units.nix
    ./users.nix
  ];

  options.ducksnest = {
    enable = lib.mkEnableOption "this machine as a node of a ducksnest homelab";

    lock = lib.mkOption {
      type = lib.types.path;
      description = "The homelab's {file}`homelab.lock.json`, as `ducksnest render` wrote it.";
    };

    node = lib.mkOption {
      type = lib.types.str;
      example = "firebat";
      description = "The name of this machine in the lock. It becomes the host name.";
    };

    secrets = lib.mkOption {
      type = lib.types.nullOr lib.types.path;
      default = null;
      description = ''
        The homelab's {file}`secrets/` folder: certificates, and private keys that are encrypted to
        the machines they belong to. It is copied to the Nix store as it is; keys are opened into
        memory at boot.
      '';
    };

    bootDevice = lib.mkOption {
      type = lib.types.nullOr lib.types.str;
      default = null;
      example = "/dev/disk/by-id/ata-WDC_WD3200BEVT";
      description = "The disk that GRUB is written to, for machines that boot by BIOS.";
    };

    # Names are those that the lock's units use.
    packages = {
      calico-cni-plugin = package "calico-cni-plugin";
      cni-plugins = package "cni-plugins";
      containerd = package "containerd";
      ducksnest = lib.mkOption {
        type = lib.types.package;
        description = "The ducksnest package to use.";
      };
      etcd = package "etcd";
      haproxy = package "haproxy";
      kubernetes = package "kubernetes";
      tailscale = package "tailscale";
    };

    facts = lib.mkOption {
      type = lib.types.attrs;
      internal = true;
      readOnly = true;
      default = import ./lock.nix {
        lock = builtins.fromJSON (builtins.readFile cfg.lock);
        inherit (cfg) node;
      };
      defaultText = lib.literalMD "this node's part of {option}`ducksnest.lock`";
      description = "What the lock says about this node.";
    };
  };
}
