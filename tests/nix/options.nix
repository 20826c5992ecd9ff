# The options of NixOS that the modules may define, with their types; one that is not here is refused. Each
# was read in the file of nixpkgs that declares it; nix/README.md says in which release.
{ lib }:
let
  inherit (lib) mkOption;
  inherit (lib.types)
    attrsOf
    bool
    commas
    either
    enum
    freeform
    function
    int
    lines
    listOf
    nullOr
    package
    path
    port
    raw
    setting
    str
    submodule
    ;

  option = type: mkOption { inherit type; };
  optionWith = default: type: mkOption { inherit type default; };
  flag = optionWith false bool;
  texts = optionWith [ ] (listOf str);
  units = optionWith [ ] (listOf str);

  # nixos/lib/systemd-unit-options.nix
  unit = {
    after = units;
    before = units;
    bindsTo = units;
    description = optionWith "" str;
    enable = optionWith true bool;
    reloadTriggers = optionWith [ ] (listOf raw);
    requiredBy = units;
    requires = units;
    restartIfChanged = optionWith true bool;
    restartTriggers = optionWith [ ] (listOf raw);
    startLimitIntervalSec = optionWith 10 int;
    unitConfig = optionWith { } (attrsOf setting);
    wantedBy = units;
    wants = units;
  };
  service = unit // {
    environment = optionWith { } (attrsOf (nullOr (either str path)));
    path = optionWith [ ] (listOf (either package str));
    serviceConfig = optionWith { } (
      freeform setting {
        Restart = option (enum [
          "no"
          "on-success"
          "on-failure"
          "on-abnormal"
          "on-abort"
          "always"
        ]);
        Type = option (enum [
          "exec"
          "simple"
          "forking"
          "oneshot"
          "dbus"
          "notify"
          "notify-reload"
          "idle"
        ]);
      }
    );
    stopIfChanged = optionWith true bool;
  };
  mount = unit // {
    mountConfig = optionWith { } (attrsOf setting);
    options = optionWith "" commas;
    type = optionWith "" str;
    what = option str;
    where = option str;
  };

  # nixos/modules/config/nix.nix
  atom = nullOr (either bool (either int (either str package)));
in
{
  # nixos/modules/misc/assertions.nix
  assertions = optionWith [ ] (
    listOf (submodule {
      assertion = option bool;
      message = option str;
    })
  );
  warnings = texts;

  boot = {
    # nixos/modules/system/boot/kernel.nix, nixos/modules/config/sysctl.nix
    kernelModules = texts;
    kernelParams = texts;
    kernel.sysctl = optionWith { } (attrsOf (nullOr (either str (either int bool))));
    loader = {
      # nixos/modules/system/boot/loader/efi.nix
      efi.canTouchEfiVariables = flag;
      # nixos/modules/system/boot/loader/grub/grub.nix
      grub.configurationLimit = optionWith 100 int;
      grub.devices = texts;
      grub.enable = flag;
      # nixos/modules/system/boot/loader/systemd-boot/systemd-boot.nix
      systemd-boot.configurationLimit = optionWith null (nullOr int);
      systemd-boot.enable = flag;
    };
  };

  # nixos/modules/misc/documentation.nix
  documentation.enable = optionWith true bool;

  # nixos/modules/system/etc/etc.nix
  environment.etc = optionWith { } (
    attrsOf (submodule {
      group = optionWith "+0" str;
      mode = optionWith "symlink" str;
      source = optionWith null path;
      text = optionWith null (nullOr lines);
      user = optionWith "+0" str;
    })
  );

  # nixos/modules/config/system-path.nix
  environment.systemPackages = optionWith [ ] (listOf package);

  hardware = {
    # nixos/modules/hardware/graphics.nix
    graphics.enable = flag;
    # nixos/modules/hardware/video/nvidia.nix
    nvidia.open = optionWith null (nullOr bool);
    # nixos/modules/services/hardware/nvidia-container-toolkit/default.nix
    nvidia-container-toolkit.enable = flag;
    nvidia-container-toolkit.package = optionWith {
      outPath = "/stub/nvidia-container-toolkit";
      tools.outPath = "/stub/nvidia-container-toolkit-tools";
      tools.__toString = self: self.outPath;
    } package;
  };

  networking = {
    # nixos/modules/services/networking/dhcpcd.nix
    dhcpcd.denyInterfaces = texts;
    firewall = {
      # nixos/modules/services/networking/firewall.nix
      allowedTCPPorts = optionWith [ ] (listOf port);
      allowedUDPPorts = optionWith [ ] (listOf port);
      checkReversePath = optionWith true (
        either bool (enum [
          "strict"
          "loose"
        ])
      );
      enable = optionWith true bool;
      trustedInterfaces = texts;
      # nixos/modules/services/networking/firewall-nftables.nix
      extraInputRules = optionWith "" lines;
    };
    # nixos/modules/tasks/network-interfaces.nix
    hostName = option str;
    # nixos/modules/services/networking/networkmanager.nix
    networkmanager.unmanaged = texts;
    networkmanager.wifi.powersave = optionWith null (nullOr bool);
    # nixos/modules/services/networking/nftables.nix
    nftables.enable = flag;
    nftables.tables = optionWith { } (
      attrsOf (submodule {
        content = option lines;
        family = option (enum [
          "arp"
          "bridge"
          "inet"
          "ip"
          "ip6"
          "netdev"
        ]);
      })
    );
    # nixos/modules/services/hardware/udev.nix
    usePredictableInterfaceNames = optionWith true bool;
  };

  nix = {
    # nixos/modules/services/system/nix-daemon.nix
    daemonCPUSchedPolicy = optionWith "other" (enum [
      "other"
      "batch"
      "idle"
    ]);
    daemonIOSchedClass = optionWith "best-effort" (enum [
      "best-effort"
      "idle"
    ]);
    # nixos/modules/config/nix.nix
    settings = optionWith { } (
      freeform (either (listOf atom) atom) {
        cores = option int;
        max-jobs = option (either int (enum [ "auto" ]));
        require-sigs = option bool;
        substituters = option (listOf str);
        trusted-public-keys = option (listOf str);
      }
    );
  };

  # nixos/modules/misc/nixpkgs.nix
  nixpkgs.config.allowUnfreePredicate = optionWith (_: false) function;

  services = {
    # nixos/modules/services/databases/etcd.nix
    etcd.enable = flag;
    # nixos/modules/services/cluster/kubernetes/
    kubernetes.apiserver.enable = flag;
    kubernetes.controllerManager.enable = flag;
    kubernetes.kubelet.enable = flag;
    kubernetes.proxy.enable = flag;
    kubernetes.scheduler.enable = flag;
    # nixos/modules/system/boot/systemd/journald.nix
    journald.extraConfig = optionWith "" lines;
    # nixos/modules/system/boot/systemd/logind.nix
    logind.settings.Login = optionWith { } (freeform setting { KillUserProcesses = optionWith false bool; });
    # nixos/modules/services/networking/ssh/sshd.nix
    openssh.enable = flag;
    openssh.openFirewall = optionWith true bool;
    openssh.settings = optionWith { } (
      freeform raw {
        KbdInteractiveAuthentication = optionWith true (nullOr bool);
        PasswordAuthentication = optionWith true (nullOr bool);
        PermitRootLogin = optionWith "prohibit-password" (enum [
          "yes"
          "without-password"
          "prohibit-password"
          "forced-commands-only"
          "no"
        ]);
      }
    );
    # nixos/modules/services/networking/tailscale.nix
    tailscale.enable = flag;
    # nixos/modules/services/x11/xserver.nix
    xserver.videoDrivers = texts;
  };

  # nixos/modules/config/swap.nix
  swapDevices = optionWith [ ] (listOf raw);

  # nixos/modules/system/boot/systemd.nix
  systemd.enableEmergencyMode = optionWith true bool;
  systemd.mounts = optionWith [ ] (listOf (submodule mount));
  systemd.services = optionWith { } (attrsOf (submodule service));
  systemd.targets = optionWith { } (attrsOf (submodule unit));

  # nixos/modules/config/locale.nix
  time.timeZone = optionWith null (nullOr str);

  # nixos/modules/config/users-groups.nix
  users.groups = optionWith { } (attrsOf (submodule { }));
  users.users = optionWith { } (
    attrsOf (submodule {
      group = optionWith "" str;
      isSystemUser = flag;
      # nixos/modules/services/networking/ssh/sshd.nix
      openssh.authorizedKeys.keys = texts;
    })
  );

  virtualisation = {
    # nixos/modules/virtualisation/containerd.nix
    containerd.enable = flag;
    # nixos/modules/virtualisation/qemu-vm.nix, which only virtual machines have
    cores = optionWith 1 int;
    diskSize = optionWith 1024 (either int (enum [ "auto" ]));
    memorySize = optionWith 1024 int;
  };

  # nixos/modules/config/zram.nix
  zramSwap.enable = flag;
}
