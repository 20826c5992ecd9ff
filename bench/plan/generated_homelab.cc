#include "generated_homelab.h"

#include "base/bytes.h"
#include "base/digest.h"
#include "base/encoding.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace ducksnest::bench {
namespace {

constexpr std::array<std::string_view, 4> sites{"attic", "cellar", "garage", "seoul"};

/// A public key of the right form whose private half nobody has (RFC 8709 section 4).
std::string host_key(std::string_view name) {
    constexpr std::string_view kind = "ssh-ed25519";
    Bytes blob{0, 0, 0, static_cast<std::uint8_t>(kind.size())};
    append(blob, as_bytes(kind));
    append(blob, as_bytes(std::string_view("\0\0\0\x20", 4)));
    append(blob, sha256(as_bytes(name)));
    return fmt::format("{} {}", kind, encode_base64(blob));
}

constexpr std::string_view head = R"([homelab]
name = "generated"
domain = "cluster.local"
timezone = "Asia/Seoul"
operators = ["{operator_key} duck@desk"]

[sites.attic]
cidr = "172.16.0.0/16"
interface = "eth*"

[sites.cellar]
cidr = "172.17.0.0/16"
interface = "eth*"

[sites.garage]
cidr = "172.18.0.0/16"
interface = "eth*"

[sites.seoul]
provider = "aws"
region = "ap-northeast-2"
cidr = "10.20.0.0/16"

[network]
pods = "10.192.0.0/10"
services = "10.96.0.0/12"
tailnet = "100.64.0.0/10"

[cache]
bucket = "generated-nix-cache"

[database]
version = 17
rpo = "0s"
rto = "60s"
memory = "2GiB"
storage = "40GiB"
bucket = "generated-backups"

[logs]
bucket = "generated-logs"
retention_days = 90

[dr]
site = "seoul"
max_replacements = 4
usd_per_month = 200
confirm = "60s"
stable = "10m"
witnesses = ["tailnet", "s3-heartbeat"]

[[dr.offers]]
instance = "t3.large"
usd_per_hour = 0.104
)";

void add_node(std::string& text, std::size_t index) {
    const std::string_view site = sites[index % sites.size()];
    const std::string name = fmt::format("{}-{:05}", site, index);
    fmt::format_to(std::back_inserter(text), "\n[nodes.{}]\nsite = \"{}\"\n", name, site);
    if (index < 3) {
        text += "role = \"control-plane\"\n";
    }
    if (site == "seoul") {
        text += "instance = \"t3.large\"\n";
    } else {
        text += "interface = \"eth0\"\ncpus = 8\nmemory = \"15.5GiB\"\ndisk = \"460GiB\"\n";
    }
    fmt::format_to(std::back_inserter(text), "host_key = \"{}\"\n", host_key(name));
}

void add_app(std::string& text, std::size_t index) {
    fmt::format_to(
        std::back_inserter(text),
        "\n[apps.app-{0:04}]\nimage = \"registry.example/app-{0:04}:1.0.0\"\nreplicas = {1}\n"
        "port = 8080\ncpu = \"100m\"\nmemory = \"64MiB\"\n",
        index,
        1 + index % 3
    );
}

} // namespace

std::string generated_homelab(std::size_t nodes) {
    std::string text(head);
    const std::string_view placeholder = "{operator_key}";
    text.replace(text.find(placeholder), placeholder.size(), host_key("operator"));
    for (std::size_t i = 0; i < nodes; ++i) {
        add_node(text, i);
    }
    for (std::size_t i = 0; i < nodes / 50; ++i) {
        add_app(text, i);
    }
    return text;
}

} // namespace ducksnest::bench
