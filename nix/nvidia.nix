# The driver, and a container runtime that pods ask for by RuntimeClass `nvidia`. Devices come by CDI:
# the other modes look for libraries where NixOS has none.
{
  config,
  lib,
  ...
}:
let
  cfg = config.ducksnest;
  toolkit = config.hardware.nvidia-container-toolkit.package;
in
{
  config = lib.mkIf (cfg.enable && cfg.facts.nvidia) {
    nixpkgs.config.allowUnfreePredicate =
      package:
      lib.elem (lib.getName package) [
        "nvidia-persistenced"
        "nvidia-settings"
        "nvidia-x11"
      ];

    hardware.graphics.enable = true;
    # Loads the driver; it starts no X server.
    services.xserver.videoDrivers = [ "nvidia" ];
    # The open kernel modules begin with Turing; cards before it need the closed ones.
    hardware.nvidia.open = lib.mkDefault false;
    hardware.nvidia-container-toolkit.enable = true;

    # containerd's config, which is the same on every node, names this path.
    environment.etc."ducksnest/nvidia/bin".source = "${lib.getOutput "tools" toolkit}/bin";
  };
}
