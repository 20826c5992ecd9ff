# Names, interfaces, ip rules and the source of what goes through the tunnel. The address itself comes from the site's router (a DHCP
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

    # A connection of our own to another site gets the tunnel's address from the kernel. Its peer knows
    # this node by the planned one: in certificates, in its firewall, in Felix.
    networking.nftables.tables.ducksnest-tunnel = lib.mkIf (facts.tunnel_sources != [ ]) {
      family = "ip";
      content = ''
        chain postrouting {
          type nat hook postrouting priority srcnat; policy accept;
      ''
      + lib.concatMapStrings (rule: ''
        # ${rule.why}
          oifname "tailscale0" ip saddr ${rule.from} ip daddr ${rule.to} snat to ${rule.source}
      '') facts.tunnel_sources
      + ''
        }
      '';
    };

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
