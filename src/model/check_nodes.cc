#include "base/text.h"
#include "diag/secrets.h"
#include "model/check_parts.h"
#include "model/instances.h"

#include <algorithm>

namespace ducksnest::model {
namespace {

void check_site_name(
    const Homelab& homelab,
    const Node& node,
    const std::vector<std::string>& sites,
    Diagnostics& out
) {
    if (homelab.find_site(*node.site) != nullptr) {
        return;
    }
    const std::optional<std::string> meant = closest(*node.site, sites);
    out.push_back({
        .code = "E0203",
        .message =
            fmt::format("`{}` stands in {}, which is no site", node.name, diag::quoted(*node.site)),
        .primary = {node.site.span, "unknown site"},
        .help =
            {meant ? fmt::format("did you mean `{}`?", *meant)
                   : fmt::format("there are: {}", join(sites, ", "))},
    });
}

/// What the type has must be what the plan counts with.
void check_hardware(const Node& node, const Instance& instance, Diagnostics& out) {
    const auto differs = [&](const Spanned<std::int64_t>& value,
                             std::int64_t real,
                             std::string_view key,
                             std::string_view unit) {
        if (*value != real) {
            out.push_back({
                .severity = diag::Severity::warning,
                .code = "W0404",
                .message = fmt::format(
                    "`{}` says {}{} for `{}`, a {} has {}{}",
                    node.name,
                    *value,
                    unit,
                    key,
                    instance.name,
                    real,
                    unit
                ),
                .primary = {value.span, ""},
                .help = {"delete the key: it is known from `instance`"},
            });
        }
    };
    differs(node.cpus, instance.cpus, "cpus", "");
    differs(node.memory, instance.memory, "memory", "MiB");
    if (node.boot == Boot::bios && instance.architecture == Architecture::arm64) {
        out.push_back({
            .code = "E0419",
            .message = fmt::format(
                "`{}` boots with BIOS, but a {} has only UEFI", node.name, instance.name
            ),
            .primary = {node.instance->span, "an arm64 machine"},
            .help = {"delete `boot = \"bios\"`"},
        });
    }
}

void check_instance(const Node& node, const Site& site, Diagnostics& out) {
    if (site.provider == Provider::own) {
        if (node.instance) {
            out.push_back({
                .code = "E0401",
                .message = fmt::format("`{}` is own hardware and has no instance type", node.name),
                .primary =
                    {node.instance->span, fmt::format("`{}` is a site of own hardware", site.name)},
                .notes = {{fmt::format("site `{}` is declared here", site.name), {site.span, ""}}},
                .help = {"write `cpus`, `memory` and `disk` instead, or name an AWS site"},
            });
        }
        return;
    }
    if (!node.instance) {
        out.push_back({
            .code = "E0402",
            .message = fmt::format("`{}` stands on AWS and has no instance type", node.name),
            .primary = {node.span, "`instance` is missing"},
            .notes = {{fmt::format("site `{}` is declared here", site.name), {site.span, ""}}},
            .help = {"add one, like `instance = \"t3.medium\"`"},
        });
        return;
    }
    const std::optional<Instance> instance = find_instance(**node.instance);
    if (!instance) {
        const std::optional<std::string> meant = closest(**node.instance, instance_names());
        out.push_back({
            .code = "E0403",
            .message = fmt::format("there is no instance type {}", diag::quoted(**node.instance)),
            .primary = {node.instance->span, "unknown type"},
            .help =
                {meant ? fmt::format("did you mean `{}`?", *meant)
                       : "use a type of the t, m, c or r families up to 4xlarge, like `t3.medium`"},
        });
        return;
    }
    check_hardware(node, *instance, out);
}

void check_control_plane(const Homelab& homelab, Diagnostics& out) {
    std::vector<const Node*> members;
    for (const Node& node : homelab.nodes) {
        if (*node.role == Role::control_plane) {
            members.push_back(&node);
        }
    }
    if (members.empty()) {
        const diag::Span span = homelab.nodes.empty() ? homelab.span : homelab.nodes.front().span;
        out.push_back({
            .code = "E0404",
            .message = "no node is a control plane",
            .primary = {span, "only workers"},
            .help = {"add `role = \"control-plane\"` to one node, or to three"},
        });
        return;
    }
    if (members.size() % 2 == 0) {
        std::ranges::sort(members, {}, [](const Node* node) { return node->role.span; });
        diag::Diagnostic diagnostic{
            .code = "E0405",
            .message = fmt::format(
                "{} control-plane nodes survive no more failures than {}",
                members.size(),
                members.size() - 1
            ),
            .primary = {members.back()->role.span, "makes the number even"},
            .help = {fmt::format(
                "etcd needs a majority: {} of {} must live; use {} or {} of them",
                members.size() / 2 + 1,
                members.size(),
                members.size() - 1,
                members.size() + 1
            )},
        };
        for (std::size_t i = 0; i + 1 < members.size() && i < 3; ++i) {
            diagnostic.notes.push_back(
                {fmt::format("`{}` is one here", members[i]->name), {members[i]->role.span, ""}}
            );
        }
        out.push_back(std::move(diagnostic));
    }
    if (members.size() == homelab.nodes.size()) {
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0405",
            .message = "no node is a worker: there is no place for apps and the database",
            .primary = {homelab.nodes.front().role.span, ""},
            .help = {"add a node; it is a worker unless it says otherwise"},
        });
    }
}

} // namespace

void check_nodes(const Homelab& homelab, Diagnostics& out) {
    std::vector<std::string> sites;
    sites.reserve(homelab.sites.size());
    for (const Site& site : homelab.sites) {
        sites.push_back(site.name);
    }
    for (const Node& node : homelab.nodes) {
        check_site_name(homelab, node, sites, out);
        if (const Site* site = homelab.find_site(*node.site)) {
            check_instance(node, *site, out);
        }
    }
    check_control_plane(homelab, out);
}

} // namespace ducksnest::model
