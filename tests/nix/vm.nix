# The virtual machines of nix/tests/cluster.nix, as far as evaluation without nixpkgs goes: options that
# exist, and the names of its homelab.toml. The lock lent to them is the example's. The value is the
# list of differences; none is the wish.
{ lock, secrets }:
let
  lib = import ./lib.nix;
  example = builtins.fromJSON (builtins.readFile lock);
  pkgs = import ./pkgs.nix { kubernetesVersion = example.cluster.kubernetes_version; };

  cluster = import ../../nix/tests/cluster.nix {
    ducksnest = { };
    module = {
      imports = [ ../../nix/module.nix ];
      ducksnest.packages.ducksnest.outPath = "/stub/ducksnest";
    };
    pkgs = pkgs // {
      inherit lib;
      openssh = { };
      runCommand = _: _: _: {
        outPath = builtins.dirOf lock;
      };
      testers.runNixOSTest = test: test;
    };
  };

  evaluate =
    machine:
    import ./stub.nix {
      inherit pkgs;
      modules = [
        machine
        {
          ducksnest.node = lib.mkForce "firebat";
          ducksnest.secrets = lib.mkForce secrets;
        }
      ];
    };
  toml = builtins.fromTOML (builtins.readFile ../../nix/tests/homelab.toml);

  expect =
    what: expected: found:
    lib.optional (expected != found) { inherit what expected found; };
  check =
    name: machine:
    let
      config = evaluate machine;
    in
    builtins.deepSeq config (
      expect "${name}: kubectl" true (lib.elem pkgs.kubernetes config.environment.systemPackages)
      ++ expect "${name}: boot loader" false config.boot.loader.systemd-boot.enable
      ++ expect "${name}: complaints" [ ] (
        map (item: item.message) (lib.filter (item: !item.assertion) config.assertions)
      )
    );
in
expect "machines" (lib.attrNames toml.nodes) (lib.attrNames cluster.offline.nodes)
++ expect "machines with pods" (lib.attrNames toml.nodes) (lib.attrNames cluster.online.nodes)
++ builtins.concatLists (lib.mapAttrsToList check cluster.offline.nodes)
