# CNI programs come from the store: Calico's installer copies them to /opt/cni/bin, which on NixOS
# nobody can write. Calico is one program that looks at the name it is called by; nixpkgs has it as
# `calico` only, so `calico-ipam` is a link beside it.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.ducksnest;
  calico = "${cfg.packages.calico-cni-plugin}/bin/calico";
  programs = pkgs.linkFarm "ducksnest-cni" (
    {
      inherit calico;
      calico-ipam = calico;
    }
    // lib.genAttrs [
      "bandwidth"
      "loopback"
      "portmap"
    ] (name: "${cfg.packages.cni-plugins}/bin/${name}")
  );
in
{
  config = lib.mkIf cfg.enable { environment.etc."ducksnest/cni/bin".source = programs; };
}
