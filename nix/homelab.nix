# A homelab's folder as NixOS systems, one for each node of its lock:
#
#   homelab.toml, homelab.lock.json    the plan
#   secrets/                           certificates and encrypted keys
#   hosts/<node>.nix                   what only that machine has: disks, drivers, your users
{
  lib,
  nixosSystem,
  nixpkgs,
  module,
}:
folder:
let
  file = name: folder + "/${name}";
  existing = path: if builtins.pathExists path then path else null;
  lock = builtins.fromJSON (builtins.readFile (file "homelab.lock.json"));

  system =
    name: node:
    nixosSystem {
      modules = [
        module
        {
          ducksnest = {
            enable = true;
            lock = file "homelab.lock.json";
            node = name;
            secrets = existing (file "secrets");
          };
          nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux";
          system.stateVersion = lib.mkDefault "25.11";
        }
      ]
      # Boot loader, disk and host key of a machine in the cloud are its image's.
      ++ lib.optional (node.provider == "aws") "${nixpkgs}/nixos/modules/virtualisation/amazon-image.nix"
      ++ lib.optional (existing (file "hosts/${name}.nix") != null) (file "hosts/${name}.nix");
    };
in
lib.mapAttrs system lock.nodes
