#include "plan/check_cloud.h"

#include "plan/cloud.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

bool can_be_halved(const model::Site& site, std::vector<diag::Diagnostic>& found) {
    if (site.cidr->prefix <= 27) {
        return true;
    }
    found.push_back({
        .code = "E0315",
        .message =
            fmt::format("the network of AWS site `{}` is too small for two subnets", site.name),
        .primary = {site.cidr.span, "each half would be smaller than a /28"},
        .help = {"use a /27 or larger; a /16 costs nothing more"},
    });
    return false;
}

void check_addresses(
    const Context& context, const model::Site& site, std::vector<diag::Diagnostic>& found
) {
    const auto subnets = halves(*site.cidr);
    for (const Machine& machine : context.machines) {
        const model::Node& node = *machine.node;
        if (machine.site->name != site.name || !node.address ||
            !is_kept_by_aws(*site.cidr, machine.address)) {
            continue;
        }
        found.push_back({
            .code = "E0316",
            .message = fmt::format(
                "AWS keeps {} in its subnet for itself", net::to_string(machine.address)
            ),
            .primary = {node.address->span, "the first four and the last one are not given"},
            .notes =
                {{fmt::format(
                      "the subnets of `{}` are {} and {}",
                      site.name,
                      net::to_string(subnets[0].cidr),
                      net::to_string(subnets[1].cidr)
                  ),
                  {site.cidr.span, ""}}},
            .help = {"choose another one, or delete the key to have one planned"},
        });
    }
}

} // namespace

void check_cloud(const Context& context, std::vector<diag::Diagnostic>& found) {
    const model::Homelab& homelab = *context.homelab;
    const model::Site* first = nullptr;
    for (const model::Site& site : homelab.sites) {
        if (site.provider != model::Provider::aws) {
            continue;
        }
        if (first != nullptr) {
            found.push_back({
                .code = "E0420",
                .message = fmt::format("`{}` is a second AWS site", site.name),
                .primary = {site.span, "only one is supported"},
                .notes = {{fmt::format("`{}` is the first", first->name), {first->span, ""}}},
                .help = {"move its nodes to one site"},
            });
            continue;
        }
        first = &site;
        if (can_be_halved(site, found)) {
            check_addresses(context, site, found);
        }
    }
}

} // namespace ducksnest::plan
