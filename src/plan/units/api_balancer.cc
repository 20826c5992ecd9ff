#include "plan/paths.h"
#include "plan/units/units.h"
#include "plan/versions.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

constexpr std::string_view config = "/etc/kubernetes/api-balancer.cfg";

} // namespace

Unit api_balancer_unit() {
    return {
        .name = "api-balancer",
        .description = "one address on every node for all API servers",
        .package = "haproxy",
        .program = "haproxy",
        .arguments = {"-Ws", "-f", std::string(config)},
        .user = "haproxy",
        .after = {std::string(open_service), "network-online.target", "tailscale-up.service"},
        .requires_ = {std::string(open_service)},
        .files = {std::string(config)},
        .type = "notify",
    };
}

ConfigFile api_balancer_config(const Context& context) {
    // TLS passes through untouched. The check speaks TLS and HTTP: a server that answers 401 to a
    // stranger is up, one that hangs behind an open port is not.
    Json::Array lines{
        "global",
        "  maxconn 2000",
        "defaults",
        "  mode tcp",
        "  timeout connect 3s",
        "  timeout client 1h",
        "  timeout server 1h",
        "frontend api",
        Json(fmt::format("  bind 127.0.0.1:{}", balancer_port)),
        "  default_backend api-servers",
        "backend api-servers",
        "  balance leastconn",
        "  option httpchk GET /readyz",
        "  http-check expect rstatus ^(200|401)$",
        Json(fmt::format(
            "  default-server check check-ssl verify required ca-file {} inter 2s fall 3 rise 2 "
            "on-marked-down shutdown-sessions",
            bundle_file(pki::Authority::cluster)
        )),
    };
    for (const Machine* machine : context.control_planes) {
        lines.emplace_back(fmt::format(
            "  server {} {}", machine->node->name, host_port(machine->address, api_port)
        ));
    }
    return {
        .path = std::string(config),
        .mode = 0644,
        .format = FileFormat::lines,
        .content = Json(std::move(lines)),
    };
}

} // namespace ducksnest::plan
