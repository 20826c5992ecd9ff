#include "base/text.h"
#include "diag/secrets.h"
#include "model/check_parts.h"
#include "model/instances.h"

#include <algorithm>
#include <map>
#include <set>

namespace ducksnest::model {
namespace {

/// What kubelet, Calico and Tailscale take leaves nothing below this.
constexpr Mebibytes worker_memory_min = 2048;
/// The shortest outage worth a budget: a day, every replacement running.
constexpr std::int64_t outage_hours = 24;

/// "0.052", "20": as few digits as the amount needs.
std::string usd(MicroUsd amount) {
    std::string text = fmt::format("{}.{:06}", amount / 1'000'000, amount % 1'000'000);
    while (text.ends_with('0')) {
        text.pop_back();
    }
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

void check_recovery_site(const Homelab& homelab, const DisasterRecovery& dr, Diagnostics& out) {
    const Site* site = homelab.find_site(*dr.site);
    if (site != nullptr && site->provider == Provider::aws) {
        return;
    }
    std::vector<std::string> names;
    for (const Site& candidate : homelab.sites) {
        if (candidate.provider == Provider::aws) {
            names.push_back(candidate.name);
        }
    }
    const std::optional<std::string> meant = closest(*dr.site, names);
    std::string help =
        meant ? fmt::format("did you mean `{}`?", *meant)
        : names.empty()
            ? "declare one: `[sites.aws]` with `provider = \"aws\"`, a region and a cidr"
            : fmt::format("AWS sites: {}", join(names, ", "));
    if (dr.site->empty()) {
        out.push_back({
            .code = "E0601",
            .message = "`[dr]` does not say at which AWS site replacements start",
            .primary = {dr.span, "`site` is missing"},
            .help = {std::move(help)},
        });
    } else if (site == nullptr) {
        out.push_back({
            .code = "E0601",
            .message = fmt::format("{} is no site", diag::quoted(*dr.site)),
            .primary = {dr.site.span, "unknown site"},
            .help = {std::move(help)},
        });
    } else {
        out.push_back({
            .code = "E0602",
            .message = fmt::format("no machine can be rented at `{}`", *dr.site),
            .primary = {dr.site.span, "own hardware"},
            .notes = {{fmt::format("site `{}` is declared here", site->name), {site->span, ""}}},
            .help = {std::move(help)},
        });
    }
}

void check_offer(const Offer& offer, Diagnostics& out) {
    const std::optional<Instance> instance = find_instance(*offer.instance);
    if (!instance) {
        const std::optional<std::string> meant = closest(*offer.instance, instance_names());
        out.push_back({
            .code = "E0403",
            .message = fmt::format("there is no instance type {}", diag::quoted(*offer.instance)),
            .primary = {offer.instance.span, "unknown type"},
            .help =
                {meant ? fmt::format("did you mean `{}`?", *meant)
                       : "use a type of the t, m, c or r families up to 4xlarge, like `t3.medium`"},
        });
    } else if (instance->memory < worker_memory_min) {
        out.push_back({
            .code = "E0604",
            .message = fmt::format(
                "a {} has {}MiB of memory, a worker needs {}MiB",
                instance->name,
                instance->memory,
                worker_memory_min
            ),
            .primary = {offer.instance.span, "too small"},
            .help = {"offer at least a `t3.small`"},
        });
    }
    if (*offer.hourly <= 0) {
        out.push_back({
            .code = "E0607",
            .message = "an offer that costs nothing would never reach the budget",
            .primary = {offer.hourly.span, "not a price"},
            .help = {"write the on-demand price of the region in US dollars per hour, like `0.052`"
            },
        });
    }
}

bool has_x86_nodes(const Homelab& homelab) {
    return std::ranges::any_of(homelab.nodes, [](const Node& node) {
        const std::optional<Instance> instance =
            node.instance ? find_instance(**node.instance) : std::nullopt;
        const bool by_instance = instance && instance->architecture == Architecture::x86_64;
        return by_instance || (node.cpu_model && ((*node.cpu_model)->starts_with("Intel") ||
                                                  (*node.cpu_model)->starts_with("AMD")));
    });
}

void check_offers(const Homelab& homelab, const DisasterRecovery& dr, Diagnostics& out) {
    if (dr.offers.empty()) {
        if (*dr.max_replacements > 0) {
            out.push_back({
                .code = "E0603",
                .message = fmt::format(
                    "{} may be rented, but there are no offers",
                    count_of(static_cast<std::size_t>(*dr.max_replacements), "replacement")
                ),
                .primary = {dr.max_replacements.span, "nothing to rent"},
                .help = {"add `[[dr.offers]]` with `instance = \"t3.medium\"` and `usd_per_hour = "
                         "0.052`"},
            });
        } else {
            out.push_back({
                .severity = diag::Severity::warning,
                .code = "W0601",
                .message = "`[dr]` has no offers: a lost machine is not replaced",
                .primary = {dr.span, ""},
                .help = {"add `[[dr.offers]]` with `instance = \"t3.medium\"` and `usd_per_hour = "
                         "0.052`"},
            });
        }
    }
    Unique types(
        out, "E0605", "an offer that failed is not tried again in the same launch; delete one"
    );
    const bool x86 = has_x86_nodes(homelab);
    for (const Offer& offer : dr.offers) {
        check_offer(offer, out);
        types.add(
            *offer.instance,
            offer.instance.span,
            fmt::format("offer {}", diag::quoted(*offer.instance))
        );
        const std::optional<Instance> instance = find_instance(*offer.instance);
        if (x86 && instance && instance->architecture == Architecture::arm64) {
            out.push_back({
                .severity = diag::Severity::warning,
                .code = "W0602",
                .message =
                    fmt::format("a {} is an arm64 machine, other nodes are x86_64", instance->name),
                .primary = {offer.instance.span, "another architecture"},
                .help = {"every image and the Nix cache must then have both; offer an x86_64 type "
                         "like `t3a.medium`"},
            });
        }
    }
}

/// The rule: a month's budget must pay for one outage of a day with all replacements running. With
/// the cheapest offer that is a must; with the dearest it is worth a warning, because the cheap
/// ones may be sold out.
void check_budget(const DisasterRecovery& dr, Diagnostics& out) {
    if (dr.offers.empty() || *dr.max_replacements == 0) {
        return;
    }
    const auto by_price = [](const Offer& offer) { return *offer.hourly; };
    const Offer& cheapest = *std::ranges::min_element(dr.offers, {}, by_price);
    const Offer& dearest = *std::ranges::max_element(dr.offers, {}, by_price);
    const auto price_of = [&](const Offer& offer) {
        return *dr.max_replacements * *offer.hourly * outage_hours;
    };
    const MicroUsd budget = *dr.monthly_budget;
    const bool never = price_of(cheapest) > budget;
    if (!never && price_of(dearest) <= budget) {
        return;
    }
    const Offer& offer = never ? cheapest : dearest;
    out.push_back({
        .severity = never ? diag::Severity::error : diag::Severity::warning,
        .code = never ? "E0606" : "W0603",
        .message = fmt::format(
            "a day with {} costs {} USD{}, the month's budget is {} USD",
            count_of(static_cast<std::size_t>(*dr.max_replacements), "replacement"),
            usd(price_of(offer)),
            never ? " at least" : " when only the dearest offer is left",
            usd(budget)
        ),
        .primary = {dr.monthly_budget.span, "too little"},
        .notes =
            {{fmt::format(
                  "{} x {} USD/h x {} h = {} USD with `{}`",
                  *dr.max_replacements,
                  usd(*offer.hourly),
                  outage_hours,
                  usd(price_of(offer)),
                  *offer.instance
              ),
              {offer.hourly.span, ""}}},
        .help = {fmt::format(
            "set `usd_per_month` to at least {}, or lower `max_replacements`", usd(price_of(offer))
        )},
    });
}

void check_witnesses(const DisasterRecovery& dr, Diagnostics& out) {
    if (*dr.max_replacements == 0) {
        return;
    }
    std::set<Witness> seen;
    for (const Spanned<Witness>& witness : dr.witnesses) {
        if (!seen.insert(*witness).second) {
            out.push_back({
                .severity = diag::Severity::warning,
                .code = "W0604",
                .message =
                    fmt::format("witness `{}` stands in the list twice", to_string(*witness)),
                .primary = {witness.span, "the same one"},
                .help = {"delete one"},
            });
        }
    }
    if (seen.empty()) {
        out.push_back({
            .code = "E0608",
            .message = "nobody but the Kubernetes API would be asked whether a site is lost",
            .primary = {dr.span, "no independent witness"},
            .help = {"add `witnesses = [\"tailnet\", \"s3-heartbeat\"]`: a broken tunnel alone "
                     "must not cost money"},
        });
    } else if (seen == std::set{Witness::tailnet}) {
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0605",
            .message =
                "the only witness is the tailnet, which fails together with the tunnel to the API",
            .primary = {dr.witnesses.front().span, "not independent enough"},
            .help = {"add `\"s3-heartbeat\"` or `\"router-probe\"`"},
        });
    }
}

void check_times(const DisasterRecovery& dr, Diagnostics& out) {
    using namespace std::chrono_literals;
    const auto between = [&](const Spanned<Duration>& value,
                             Duration min,
                             Duration max,
                             std::string_view key,
                             std::string_view why) {
        if (*value < min || *value > max) {
            out.push_back({
                .code = "E0609",
                .message = fmt::format(
                    "`{}` must be between {} and {}, not {}",
                    key,
                    format_duration(min),
                    format_duration(max),
                    format_duration(*value)
                ),
                .primary = {value.span, std::string(*value < min ? "too short" : "too long")},
                .help = {std::string(why)},
            });
        }
    };
    between(
        dr.confirm,
        30s,
        1h,
        "confirm",
        "a node counts as lost 50s after its last sign of life; \"60s\" is good"
    );
    between(
        dr.stable,
        1min,
        24h,
        "stable",
        "a machine that comes and goes must not make pods move; \"10m\" is good"
    );
}

/// The controller that rents machines runs on the control plane: no site of the owner's may take a
/// majority of it along, as etcd stops without one.
void check_survival(const Homelab& homelab, const DisasterRecovery& dr, Diagnostics& out) {
    std::map<std::string, std::vector<const Node*>> at_home;
    std::size_t members = 0;
    for (const Node& node : homelab.nodes) {
        const Site* site = homelab.find_site(*node.site);
        if (*node.role != Role::control_plane || site == nullptr) {
            continue;
        }
        ++members;
        if (site->provider != Provider::aws) {
            at_home[site->name].push_back(&node);
        }
    }
    for (const auto& [site, nodes] : at_home) {
        if (*dr.max_replacements == 0 || 2 * (members - nodes.size()) > members) {
            continue;
        }
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0606",
            .message = fmt::format(
                "when site `{}` is lost the control plane is lost with it, and nobody rents "
                "replacements",
                site
            ),
            .primary = {nodes.back()->role.span, "the control plane"},
            .notes = {{"replacements are asked for here", {dr.max_replacements.span, ""}}},
            .help = {"move the control plane to an AWS site"},
        });
    }
}

} // namespace

void check_recovery(const Homelab& homelab, Diagnostics& out) {
    if (!homelab.dr) {
        return;
    }
    const DisasterRecovery& dr = *homelab.dr;
    if (!dr.offers.empty() || *dr.max_replacements > 0 || !dr.site->empty()) {
        check_recovery_site(homelab, dr, out);
    }
    check_offers(homelab, dr, out);
    check_budget(dr, out);
    check_witnesses(dr, out);
    check_times(dr, out);
    check_survival(homelab, dr, out);
}

} // namespace ducksnest::model
