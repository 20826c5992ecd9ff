# Modules and parameters that the node's programs count on. The kubelet refuses to start when those
# of --protect-kernel-defaults are different.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
in
{
  config = lib.mkIf cfg.enable {
    boot.kernelModules = map (module: module.name) cfg.facts.kernel_modules;
    boot.kernel.sysctl = lib.listToAttrs (
      map (setting: lib.nameValuePair setting.name setting.value) cfg.facts.sysctls
    );
  };
}
