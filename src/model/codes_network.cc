#include "model/codes.h"

#include <array>

namespace ducksnest::model {
namespace {

constexpr std::array<Code, 18> table = {{
    {.id = "E0301",
     .title = "networks overlap",
     .text = "Every address must belong to one network only: pods, services, the tailnet and "
             "every site. Where two overlap, packets for one end up in the other, often for "
             "some addresses only, which is hard to find later.",
     .wrong = "[sites.home]\n"
              "cidr = \"10.244.0.0/24\"\n"
              "[network]\n"
              "pods = \"10.244.0.0/16\"",
     .right = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "[network]\n"
              "pods = \"10.244.0.0/16\""},
    {.id = "E0302",
     .title = "a network that cannot be used here",
     .text = "Loopback, link-local, multicast and reserved blocks cannot carry a network. "
             "AWS takes VPCs from /16 to /28, and kube-apiserver a service range of at most "
             "a /12.",
     .wrong = "[sites.aws]\n"
              "cidr = \"10.0.0.0/8\"",
     .right = "[sites.aws]\n"
              "cidr = \"10.20.0.0/16\""},
    {.id = "E0303",
     .title = "IPv6 is not used here",
     .text = "The cluster network is IPv4: Tailscale addresses, VXLAN overhead and the MTU "
             "are planned for it.",
     .wrong = "pods = \"fd00:10:244::/56\"",
     .right = "pods = \"10.244.0.0/16\""},
    {.id = "E0304",
     .title = "a network that is too small",
     .text = "Calico gives each machine blocks of 64 pod addresses, Kubernetes needs service "
             "addresses for itself and its DNS, and every node of a site needs an address "
             "beside those of router, network and broadcast. Machines that may be rented "
             "count.",
     .wrong = "pods = \"10.244.0.0/25\"",
     .right = "pods = \"10.244.0.0/16\""},
    {.id = "E0305",
     .title = "100.64.0.0/10 belongs to Tailscale",
     .text = "Tailscale takes its addresses from 100.64.0.0/10 and drops packets from there "
             "that arrive on other interfaces. No other network may use the block, and the "
             "tailnet cannot leave it.",
     .wrong = "[sites.home]\n"
              "cidr = \"100.70.0.0/24\"\n"
              "[network]\n"
              "tailnet = \"100.100.0.0/16\"",
     .right = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "[network]\n"
              "tailnet = \"100.64.0.0/10\""},
    {.id = "E0306",
     .title = "a pod MTU that does not fit the tunnel",
     .text = "Pod packets between sites are wrapped by VXLAN (50 bytes) and then by "
             "Tailscale, whose interface has an MTU of 1280. A pod MTU above 1230 works "
             "inside a site and stalls between sites, where large packets vanish.",
     .wrong = "[network.calico]\n"
              "mtu = 1450",
     .right = "[network.calico]\n"
              "encapsulation = \"VXLANCrossSubnet\""},
    {.id = "E0308",
     .title = "an interface that cannot carry a node address",
     .text = "Node addresses come from the LAN or VPC. The name or pattern also matches the "
             "tunnel or an interface of pods; Calico would then wrap packets into the tunnel "
             "twice, and addresses change when the tunnel does.",
     .wrong = "interface = \"*\"",
     .right = "interface = \"wlan*\""},
    {.id = "E0309",
     .title = "an interface that no node has",
     .text = "Patterns are globs as the shell has them, not regular expressions; names of "
             "Linux interfaces have at most 15 characters. EC2 instances have ens5, enX0 or "
             "eth0. A pattern that matches nothing leaves nodes without an address.",
     .wrong = "[sites.home]\n"
              "interface = \"^wlan.*\"",
     .right = "[sites.home]\n"
              "interface = \"wlan*\""},
    {.id = "E0310",
     .title = "an address outside of its site",
     .text = "Routes are planned per site. A node whose address is not in the network of its "
             "site cannot be reached by its neighbours.",
     .wrong = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "[nodes.firebat]\n"
              "address = \"192.168.1.11\"",
     .right = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "[nodes.firebat]\n"
              "address = \"192.168.0.11\""},
    {.id = "E0311",
     .title = "an address that no node can have",
     .text = "The first address of a network names it, the last is its broadcast address, "
             "the gateway belongs to the router, and AWS keeps the first four.",
     .wrong = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "[nodes.firebat]\n"
              "address = \"192.168.0.255\"",
     .right = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "[nodes.firebat]\n"
              "address = \"192.168.0.11\""},
    {.id = "E0312",
     .title = "an address stands twice",
     .text = "Two machines with one address take turns in losing packets.",
     .wrong = "[nodes.firebat]\n"
              "address = \"192.168.0.11\"\n"
              "[nodes.ultra]\n"
              "address = \"192.168.0.11\"",
     .right = "[nodes.firebat]\n"
              "address = \"192.168.0.11\"\n"
              "[nodes.ultra]\n"
              "address = \"192.168.0.12\""},
    {.id = "E0313",
     .title = "not a tailnet address",
     .text = "A tailnet address lies in `network.tailnet` and is not 100.100.100.100, which "
             "is Tailscale's own resolver.",
     .wrong = "tailnet_address = \"192.168.0.11\"",
     .right = "tailnet_address = \"100.101.1.11\""},
    {.id = "E0314",
     .title = "a gateway outside of its site",
     .text = "The gateway is the router of the site and has an address in its network.",
     .wrong = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "gateway = \"192.168.1.1\"",
     .right = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "gateway = \"192.168.0.1\""},
    {.id = "E0315",
     .title = "a VPC that cannot be halved",
     .text = "An AWS site has two subnets, one in each of two availability zones, so that a "
             "zone that has no machine left to rent is not the end. They are the halves of its "
             "network, and AWS takes no subnet smaller than a /28.",
     .wrong = "[sites.aws]\n"
              "cidr = \"10.20.0.0/28\"",
     .right = "[sites.aws]\n"
              "cidr = \"10.20.0.0/16\""},
    {.id = "E0316",
     .title = "an address that AWS keeps",
     .text = "In every subnet AWS keeps the first four addresses and the last one: for the "
             "network itself, its router, DNS, a spare, and broadcast. The subnets of a site are "
             "the halves of its network.",
     .wrong = "[sites.aws]\n"
              "cidr = \"10.20.0.0/16\"\n"
              "[nodes.control-plane]\n"
              "address = \"10.20.128.1\"",
     .right = "[sites.aws]\n"
              "cidr = \"10.20.0.0/16\"\n"
              "[nodes.control-plane]\n"
              "address = \"10.20.128.10\""},
    {.id = "W0301",
     .title = "a network that is not private",
     .text = "The addresses belong to somebody on the internet, whom nodes and pods can then "
             "no longer reach.",
     .wrong = "pods = \"11.0.0.0/16\"",
     .right = "pods = \"10.244.0.0/16\""},
    {.id = "W0302",
     .title = "a tailnet MTU above 1280",
     .text = "Tailscale sets 1280 by itself, which fits every path. A larger value must be "
             "set on every machine, and every path between sites must carry 80 bytes more. "
             "Packets that do not fit are lost without a word.",
     .wrong = "[network]\n"
              "tailnet_mtu = 1420",
     .right = "[network]\n"
              "tailnet_mtu = 1280"},
    {.id = "W0303",
     .title = "an address that is mostly the router's",
     .text = "Home routers mostly have the first address of the LAN. Say which address the "
             "router has, or give the node another one.",
     .wrong = "[nodes.firebat]\n"
              "address = \"192.168.0.1\"",
     .right = "[sites.home]\n"
              "gateway = \"192.168.0.254\"\n"
              "[nodes.firebat]\n"
              "address = \"192.168.0.1\""},
}};

} // namespace

std::span<const Code> network_codes() {
    return table;
}

} // namespace ducksnest::model
