#include "model/codes.h"

#include <array>

namespace ducksnest::model {
namespace {

constexpr std::array<Code, 9> table = {{
    {.id = "E0501",
     .title = "a workload that fits nowhere",
     .text = "A replica finds no node with enough memory and CPU left for pods, or the nodes "
             "that have enough keep it away by a taint. What Kubernetes, Calico and "
             "Tailscale need themselves is counted. The notes show the machines with most "
             "room.",
     .wrong = "[apps.blog]\n"
              "memory = \"64GiB\"",
     .right = "[apps.blog]\n"
              "memory = \"64MiB\""},
    {.id = "E0502",
     .title = "an rpo that no placement keeps",
     .text = "To lose no acknowledged commit with a site, each commit must be on two sites "
             "before it is acknowledged, so a member must fit on a node of a second site. "
             "Add a node there, make members smaller, or allow some loss.",
     .wrong = "[database]\n"
              "rpo = \"0s\"\n"
              "memory = \"8GiB\"",
     .right = "[database]\n"
              "rpo = \"0s\"\n"
              "memory = \"512MiB\""},
    {.id = "E0503",
     .title = "an rto that no placement keeps",
     .text = "Being writable again takes the time to notice the loss and the time to promote "
             "another member. The notes show the sum; a shorter promise could not be kept.",
     .wrong = "[database]\n"
              "rto = \"5s\"",
     .right = "[database]\n"
              "rto = \"60s\""},
    {.id = "E0504",
     .title = "a database that fits on no node",
     .text = "No worker has as much memory and disk left as one member asks for.",
     .wrong = "[database]\n"
              "memory = \"64GiB\"",
     .right = "[database]\n"
              "memory = \"512MiB\""},
    {.id = "E0505",
     .title = "no address is left",
     .text = "Nodes without an `address` get one planned from the network of their site, "
             "which is used up.",
     .wrong = "[sites.home]\n"
              "cidr = \"192.168.0.0/29\"",
     .right = "[sites.home]\n"
              "cidr = \"192.168.0.0/24\""},
    {.id = "E0506",
     .title = "a workload that fits nowhere after a site is lost",
     .text = "`[dr]` promises that work goes on when any one site is lost. Counted are the "
             "machines of the other sites and the replacements of the smallest offer, since "
             "larger ones may be sold out.",
     .wrong = "[dr]\n"
              "max_replacements = 1\n"
              "[apps.blog]\n"
              "replicas = 8\n"
              "memory = \"2GiB\"",
     .right = "[dr]\n"
              "max_replacements = 8\n"
              "[apps.blog]\n"
              "replicas = 8\n"
              "memory = \"2GiB\""},
    {.id = "W0507",
     .title = "a workload that stops when a site is lost",
     .text = "The same as E0506, in a homelab that has no `[dr]` and so promised nothing: "
             "the workload waits until the site is back.",
     .wrong = "[apps.blog]\n"
              "memory = \"8GiB\"",
     .right = "[dr]\n"
              "site = \"aws\"\n"
              "[apps.blog]\n"
              "memory = \"1GiB\""},
    {.id = "E0511",
     .title = "an unsupported version of PostgreSQL",
     .text = "Versions that the PostgreSQL project no longer mends are refused, and so are "
             "those that nixpkgs does not have yet.",
     .wrong = "version = 12",
     .right = "version = 17"},
    {.id = "E0512",
     .title = "a database member that is too small",
     .text = "PostgreSQL with Patroni beside it needs 256MiB of memory, and a volume of "
             "1GiB.",
     .wrong = "memory = \"64MiB\"",
     .right = "memory = \"512MiB\""},
}};

} // namespace

std::span<const Code> capacity_codes() {
    return table;
}

} // namespace ducksnest::model
