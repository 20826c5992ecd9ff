#include "model/codes.h"

#include <array>

namespace ducksnest::model {
namespace {

constexpr std::array<Code, 16> table = {{
    {.id = "E0101",
     .title = "this is no TOML",
     .text = "The line does not follow the grammar of TOML 1.0. A line `key = value` that is "
             "wrong is skipped, so that other mistakes show up in the same run; after an "
             "open bracket or quote nothing can be trusted, and reading stops. The most "
             "frequent case is text without quotes.",
     .wrong = "memory = 15.4GiB",
     .right = "memory = \"15.4GiB\""},
    {.id = "E0102",
     .title = "a key or section stands twice",
     .text = "TOML gives every key one value and every section one header. Which of the two "
             "was meant cannot be known.",
     .wrong = "[nodes.firebat]\n"
              "cpus = 4\n"
              "cpus = 8",
     .right = "[nodes.firebat]\n"
              "cpus = 8"},
    {.id = "E0103",
     .title = "unknown key",
     .text = "The section has no such key. Nothing is ignored in silence: a misspelt key "
             "would leave its default in force. docs/homelab.toml.md lists all keys.",
     .wrong = "[nodes.firebat]\n"
              "memmory = \"15.4GiB\"",
     .right = "[nodes.firebat]\n"
              "memory = \"15.4GiB\""},
    {.id = "E0104",
     .title = "unknown section",
     .text = "homelab.toml has no such section. docs/homelab.toml.md lists all of them.",
     .wrong = "[node.firebat]",
     .right = "[nodes.firebat]"},
    {.id = "E0105",
     .title = "something required is missing",
     .text = "Most keys have a default. This one has none, because nobody but you knows its "
             "value.",
     .wrong = "[homelab]\n"
              "timezone = \"Asia/Seoul\"",
     .right = "[homelab]\n"
              "name = \"ducksnest\"\n"
              "timezone = \"Asia/Seoul\""},
    {.id = "E0106",
     .title = "a value of the wrong type",
     .text = "The key takes another type of value: texts stand in quotes, numbers do not, "
             "lists stand in brackets.",
     .wrong = "cpus = \"4\"",
     .right = "cpus = 4"},
    {.id = "E0107",
     .title = "not one of the words",
     .text = "The key takes one of a few words, spelled exactly as the documentation has "
             "them.",
     .wrong = "role = \"control_plane\"",
     .right = "role = \"control-plane\""},
    {.id = "E0108",
     .title = "a number out of range",
     .text = "The number is outside of what the key can mean.",
     .wrong = "port = 80800",
     .right = "port = 8080"},
    {.id = "E0109",
     .title = "not an address or network",
     .text = "An address is four decimal numbers or IPv6 text. A network is an address whose "
             "host bits are zero, a slash and a prefix length.",
     .wrong = "cidr = \"192.168.0.1/24\"",
     .right = "cidr = \"192.168.0.0/24\""},
    {.id = "E0110",
     .title = "not a duration, size or share of a CPU",
     .text = "Durations are whole numbers with ms, s, m, h or d. Sizes have MiB, GiB or TiB: "
             "decimal units are refused, because 16GB are not 16GiB. CPUs are whole numbers "
             "or thousandths like 100m.",
     .wrong = "memory = \"16GB\"\n"
              "rto = \"1.5m\"",
     .right = "memory = \"16GiB\"\n"
              "rto = \"90s\""},
    {.id = "E0111",
     .title = "not an amount of money",
     .text = "Amounts are decimal US dollars with at most six digits after the point, so "
             "that they are kept exactly. Exponents, infinity and negative amounts are "
             "refused.",
     .wrong = "usd_per_hour = 5.2e-2",
     .right = "usd_per_hour = 0.052"},
    {.id = "E0112",
     .title = "the file is not text",
     .text = "TOML is UTF-8 text. Control characters other than tab and line ends, and bytes "
             "that are no UTF-8, are refused. An editor that saved UTF-16 leaves NUL bytes.",
     .wrong = "name = \"duck\\x00\"  (a NUL byte)",
     .right = "name = \"duck\""},
    {.id = "E0113",
     .title = "the file is too large or too deep",
     .text = "Files of more than 16 MiB and keys with more than 16 dots are refused before "
             "they are read: no homelab needs them, and they could exhaust the stack of a "
             "parser.",
     .wrong = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r = 1",
     .right = "[network.calico]\n"
              "encapsulation = \"VXLAN\""},
    {.id = "E0114",
     .title = "not a line of text",
     .text = "The value must be one line of text that is not empty and has no control "
             "characters: it ends up in names, labels and files where anything else would "
             "break.",
     .wrong = "image = \"\"",
     .right = "image = \"ghcr.io/example/blog:1.0.0\""},
    {.id = "E0115",
     .title = "the file says nothing",
     .text = "The file is empty or holds comments only. A homelab has at least a name, an "
             "operator, a site and a node. `ducksnest init` writes a first one.",
     .wrong = "# my homelab",
     .right = "[homelab]\n"
              "name = \"ducksnest\"\n"
              "operators = [\"ssh-ed25519 AAAA… duck@desk\"]\n"
              "\n"
              "[sites.home]\n"
              "cidr = \"192.168.0.0/24\"\n"
              "\n"
              "[nodes.firebat]\n"
              "role = \"control-plane\""},
    {.id = "W0101",
     .title = "`[gitops]` is empty",
     .text = "An empty section takes its defaults, but a repository has none. It is read as "
             "a plan for later: nothing is deployed from Git.",
     .wrong = "[gitops]",
     .right = "[gitops]\n"
              "repository = \"https://github.com/example/homelab\""},
}};

} // namespace

std::span<const Code> syntax_codes() {
    return table;
}

} // namespace ducksnest::model
