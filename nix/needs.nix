# What a program needs around it that its argv does not say: programs in PATH, a runtime directory,
# limits.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.ducksnest;

  needs = {
    containerd = {
      path = with pkgs; [
        iptables # the portmap plugin
        kmod
        runc
        util-linux
      ];
      serviceConfig = {
        # Containers live on while containerd is replaced, in cgroups of its own.
        Delegate = true;
        KillMode = "process";
        LimitNOFILE = 1048576;
        OOMScoreAdjust = -999;
        TasksMax = "infinity";
      };
    };

    etcd.serviceConfig.LimitNOFILE = 65536;

    kube-apiserver.serviceConfig.LimitNOFILE = 65536;

    kubelet = {
      path = with pkgs; [
        conntrack-tools
        e2fsprogs
        ethtool
        iproute2
        iptables
        kmod
        socat # kubectl port-forward
        util-linux # mount, nsenter
        xfsprogs
      ];
      serviceConfig = {
        KillMode = "process";
        LimitNOFILE = 1048576;
        OOMScoreAdjust = -999;
      };
    };

    kube-proxy.path = with pkgs; [
      conntrack-tools
      ipset
      iptables
      kmod
    ];

    tailscaled = {
      path = with pkgs; [
        getent
        iproute2
        iptables
        kmod
        procps
      ];
      serviceConfig = {
        CacheDirectory = "tailscale";
        CacheDirectoryMode = "0750";
        RuntimeDirectory = "tailscale";
        RuntimeDirectoryMode = "0755";
      };
      # A deployment over the tailnet must not cut the branch that it sits on.
      stopIfChanged = false;
    };

    # The last process to be killed for memory: it is the one that keeps a second writer away.
    ducksnest-fence.serviceConfig.OOMScoreAdjust = -1000;
  };
in
{
  config = lib.mkIf cfg.enable {
    systemd.services = lib.filterAttrs (name: _: cfg.facts.units ? ${name}) needs;
  };
}
