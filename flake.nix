{
  description = "ducksnest: a hybrid-cloud homelab from one file";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    # Kubernetes alone comes from here: the lock is written for one minor version, and 25.11 stays
    # with the one that it was released with. The modules refuse any other minor than the lock's.
    nixpkgs-kubernetes.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs =
    {
      self,
      nixpkgs,
      nixpkgs-kubernetes,
    }:
    let
      system = "x86_64-linux";
      inherit (nixpkgs) lib;
      pkgs = nixpkgs.legacyPackages.${system};
      ducksnest = pkgs.callPackage ./nix/package.nix { };

      module = {
        imports = [ ./nix/module.nix ];
        ducksnest.packages = {
          ducksnest = lib.mkDefault ducksnest;
          kubernetes = lib.mkDefault nixpkgs-kubernetes.legacyPackages.${system}.kubernetes;
        };
      };

      cluster = import ./nix/tests/cluster.nix { inherit ducksnest module pkgs; };

      program = name: text: {
        type = "app";
        program = lib.getExe (
          pkgs.writeShellApplication {
            inherit name text;
            runtimeInputs = [ ducksnest ];
          }
        );
        meta.description = name;
      };
    in
    {
      # In the homelab's own flake: nixosConfigurations = ducksnest.lib.homelab ./.;
      lib.homelab = import ./nix/homelab.nix {
        inherit lib module nixpkgs;
        inherit (lib) nixosSystem;
      };

      nixosModules.default = module;

      packages.${system} = {
        default = ducksnest;
        inherit ducksnest;
        # What the rendered workflows call, all of one pinned nixpkgs.
        pipeline = pkgs.symlinkJoin {
          name = "ducksnest-pipeline";
          paths = [
            ducksnest
            pkgs.awscli2
            pkgs.gh
            pkgs.jq
            pkgs.opentofu
          ];
        };
      };

      apps.${system} = {
        default = program "ducksnest" ''exec ducksnest "$@"'';
        certs-recreate = program "certs-recreate" ''exec ducksnest certs recreate "$@"'';
        # Outside the build sandbox, with the network that container images come by.
        cluster-test = {
          type = "app";
          program = lib.getExe cluster.online.driver;
          meta.description = "one control plane and two workers as virtual machines";
        };
      };

      devShells.${system}.default = pkgs.callPackage ./nix/shell.nix { inherit ducksnest; };

      checks.${system} = {
        inherit ducksnest;
        cluster = cluster.offline;
      };

      formatter.${system} = pkgs.nixfmt-tree;
    };
}
