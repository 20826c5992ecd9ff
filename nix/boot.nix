# How own hardware boots. Machines in the cloud boot as their image does.
{ config, lib, ... }:
let
  cfg = config.ducksnest;
  inherit (cfg) facts;
  isOwn = facts.provider == "own";
in
{
  config = lib.mkIf (cfg.enable && isOwn) (
    lib.mkMerge [
      (lib.mkIf (facts.boot == "uefi") {
        boot.loader.systemd-boot.enable = true;
        # Old generations fill the EFI partition otherwise.
        boot.loader.systemd-boot.configurationLimit = lib.mkDefault 10;
        boot.loader.efi.canTouchEfiVariables = lib.mkDefault true;
      })
      (lib.mkIf (facts.boot == "bios") {
        boot.loader.grub.enable = true;
        boot.loader.grub.configurationLimit = lib.mkDefault 10;
        boot.loader.grub.devices = lib.optional (cfg.bootDevice != null) cfg.bootDevice;
      })
    ]
  );
}
