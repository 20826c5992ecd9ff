# How little each unit may do. Every unit gets all of `strict`; what a component cannot live with is
# taken back below, with the reason.
{ config, lib, ... }:
let
  cfg = config.ducksnest;

  strict = {
    CapabilityBoundingSet = [ "" ];
    LockPersonality = true;
    MemoryDenyWriteExecute = true;
    NoNewPrivileges = true;
    PrivateDevices = true;
    PrivateTmp = true;
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHome = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectProc = "invisible";
    ProtectSystem = "strict";
    # Netlink: Go asks it for the machine's own addresses.
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
      "AF_NETLINK"
      "AF_UNIX"
    ];
    RestrictNamespaces = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    SystemCallErrorNumber = "EPERM";
    SystemCallFilter = [
      "@system-service"
      "~@privileged"
    ];
    UMask = "0077";
  };

  exceptions = {
    # Containers inherit what binds their runtime, above all seccomp filters, lost capabilities and
    # NoNewPrivileges; and its mounts must be the host's.
    containerd = { };

    # Mounts pods' volumes where containerd sees them, so it shares the host's mount namespace;
    # writes cgroups, sysctls and /dev/kmsg; gives volumes to groups (setgid). It starts no
    # container itself, so this much stays:
    kubelet = {
      inherit (strict)
        LockPersonality
        NoNewPrivileges
        RestrictRealtime
        SystemCallArchitectures
        ;
    };

    kube-proxy = strict // {
      # iptables and conntrack.
      CapabilityBoundingSet = [
        "CAP_NET_ADMIN"
        "CAP_NET_RAW"
      ];
      # net.netfilter.nf_conntrack_max, net.ipv4.conf.*.route_localnet.
      ProtectKernelTunables = false;
      # iptables' lock, /run/xtables.lock.
      ReadWritePaths = [ "/run" ];
      SystemCallFilter = [ "@system-service" ];
    };

    tailscaled = strict // {
      # Its interface, routes, rules and firewall marks; raw sockets to find out the path's MTU.
      CapabilityBoundingSet = [
        "CAP_NET_ADMIN"
        "CAP_NET_RAW"
      ];
      DeviceAllow = [ "/dev/net/tun rw" ];
      DevicePolicy = "closed";
      PrivateDevices = false;
      # Reads and sets forwarding below /proc/sys/net.
      ProtectKernelTunables = false;
      ReadWritePaths = [ "/run" ];
      RestrictAddressFamilies = strict.RestrictAddressFamilies ++ [ "AF_PACKET" ];
      SystemCallFilter = [ "@system-service" ];
    };

    # PCRE2 compiles the health check's pattern to machine code.
    api-balancer = strict // {
      MemoryDenyWriteExecute = false;
    };

    ducksnest-open = strict // {
      # Gives each opened key to its unit's user.
      CapabilityBoundingSet = [
        "CAP_CHOWN"
        "CAP_FOWNER"
      ];
      # Needs no network; AF_UNIX is for the name service that knows the users.
      PrivateNetwork = true;
      ReadWritePaths = [ "/run/ducksnest" ];
      RestrictAddressFamilies = [ "AF_UNIX" ];
      SystemCallFilter = [ "@system-service" ];
    };

    ducksnest-fence = strict // {
      # Stops what must not write any more, also when containerd does not answer.
      CapabilityBoundingSet = [ "CAP_KILL" ];
      DeviceAllow = [ "/dev/watchdog rw" ];
      DevicePolicy = "closed";
      PrivateDevices = false;
      ProtectProc = "default";
      SystemCallFilter = [ "@system-service" ];
    };
  };
in
{
  config = lib.mkIf cfg.enable {
    systemd.services = lib.mapAttrs (name: _: {
      serviceConfig = exceptions.${name} or strict;
    }) cfg.facts.units;
  };
}
