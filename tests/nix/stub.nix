# A small stand-in for NixOS's module system: it merges what the modules define into the options that
# options.nix lists, with their types and priorities. What it cannot show: what NixOS then does with
# them.
{ modules, pkgs }:
let
  lib = import ./lib.nix;
  nixos = import ./options.nix { inherit lib; };

  # systemd.exec(5) quoting as NixOS's own escapeSystemdExecArgs writes it.
  utils.escapeSystemdExecArgs =
    arguments:
    builtins.concatStringsSep " " (
      map (
        argument: builtins.replaceStrings [ "%" "$" ] [ "%%" "$$" ] (builtins.toJSON "${argument}")
      ) arguments
    );

  arguments = {
    inherit
      config
      lib
      pkgs
      utils
      ;
  };

  load =
    module:
    let
      loaded = if builtins.isFunction module then module arguments else module;
      read = if builtins.isPath module then load (import module) else [ loaded ];
    in
    if builtins.isPath module then read else [ loaded ] ++ builtins.concatMap load (loaded.imports or [ ]);

  loaded = builtins.concatMap load modules;
  isPlain = module: !(module ? config) && !(module ? options);
  definitions = map (
    module: if isPlain module then removeAttrs module [ "imports" ] else module.config or { }
  ) loaded;
  ours = builtins.foldl' (all: module: all // (module.options or { })) { } loaded;

  config = lib.tree [ ] (nixos // ours) (
    builtins.zipAttrsWith (_: values: values) (builtins.concatMap lib.push definitions)
  );
in
config
