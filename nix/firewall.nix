# Closed but for what the lock opens, to those it opens it for. One rule per source: sites may lie
# inside one another, and nftables refuses sets whose ranges overlap.
{ config, lib, ... }:
let
  cfg = config.ducksnest;

  from =
    source:
    if source == "0.0.0.0/0" then
      "meta nfproto ipv4"
    else if source == "::/0" then
      "meta nfproto ipv6"
    else if lib.hasInfix ":" source then
      "ip6 saddr ${source}"
    else
      "ip saddr ${source}";
  ports =
    port:
    if port.first == port.last then
      toString port.first
    else
      "${toString port.first}-${toString port.last}";
  rules = port: map (source: "${from source} ${port.protocol} dport ${ports port} accept") port.sources;
  paragraph = port: "# ${port.why}\n" + lib.concatMapStrings (rule: rule + "\n") (rules port);
in
{
  config = lib.mkIf cfg.enable {
    # kube-proxy and Felix write through iptables' nftables back end, into tables of their own.
    networking.nftables.enable = true;
    networking.firewall = {
      enable = true;
      # A neighbour's packet may come by the LAN or by the tunnel.
      checkReversePath = "loose";
      extraInputRules = lib.concatMapStrings paragraph cfg.facts.firewall;
    };

    # sshd owns the host key that opens this node's secrets. Its port is the lock's business.
    services.openssh = {
      enable = true;
      openFirewall = false;
      settings = {
        KbdInteractiveAuthentication = false;
        PasswordAuthentication = false;
      };
    };
  };
}
