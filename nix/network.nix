# Names, interfaces and ip rules. The address itself comes from the site's router (a DHCP
# reservation) or from the VPC: the lock knows no gateway, and a wrong one would cut the machine off.
# The kubelet is told the planned address and does not start with another.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.ducksnest;
  inherit (cfg) facts;

  # Interfaces that Calico and tailscaled make and that nobody else may configure.
  foreign = [
    "cali*"
    "tailscale0"
    "vxlan.calico"
  ];

  family = rule: if lib.hasInfix ":" rule.to then "-6" else "-4";
  ip =
    verb: rule:
    "${pkgs.iproute2}/bin/ip ${family rule} rule ${verb} to ${rule.to} priority ${toString rule.priority} lookup ${rule.table}";
in
{
  config = lib.mkIf cfg.enable {
    networking.hostName = facts.name;
    time.timeZone = lib.mkDefault facts.cluster.timezone;

    # The lock says "wlan0" where udev would say "wlp2s0".
    networking.usePredictableInterfaceNames = lib.mkIf (
      builtins.match "(wlan|eth)[0-9*]+" facts.interface != null
    ) (lib.mkDefault false);
    networking.dhcpcd.denyInterfaces = foreign;
    networking.networkmanager.unmanaged = map (name: "interface-name:${name}") foreign;

    # Before tailscaled: its table 52 holds the neighbours' own addresses, and without these rules
    # traffic inside the site would take the tunnel.
    systemd.services.ducksnest-ip-rules = lib.mkIf (facts.ip_rules != [ ]) {
      description = "ip rules that keep a site's own traffic out of the tunnel";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-pre.target" ];
      before = [
        "network-pre.target"
        "tailscaled.service"
      ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        # A rule may still stand from before; "-" forgives that there is none to delete.
        ExecStartPre = map (rule: "-" + ip "del" rule) facts.ip_rules;
        ExecStart = map (ip "add") facts.ip_rules;
        ExecStop = map (rule: "-" + ip "del" rule) facts.ip_rules;
        CapabilityBoundingSet = [ "CAP_NET_ADMIN" ];
        NoNewPrivileges = true;
        ProtectHome = true;
        ProtectSystem = "strict";
        RestrictAddressFamilies = [ "AF_NETLINK" ];
      };
    };
  };
}
