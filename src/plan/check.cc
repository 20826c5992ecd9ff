#include "plan/check.h"

#include "base/text.h"
#include "plan/check_capacity.h"
#include "plan/check_cloud.h"
#include "plan/context.h"
#include "plan/database.h"
#include "plan/workloads.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

void check_addresses(const Context& context, std::vector<diag::Diagnostic>& found) {
    const model::Homelab& homelab = *context.homelab;
    for (const std::size_t index : context.unplaced) {
        const model::Node& node = homelab.nodes[index];
        const model::Site& site = *homelab.find_site(*node.site);
        found.push_back({
            .code = "E0505",
            .message =
                fmt::format("no address is left for `{}` in site `{}`", node.name, site.name),
            .primary = {node.span, "has no `address` of its own"},
            .notes =
                {{fmt::format("`{}` has {} addresses", site.name, site.cidr->size()),
                  {site.cidr.span, "the site's network"}}},
            .help = {"give the site a larger `cidr`, or the node an `address`"},
        });
    }
}

void check_database(
    const model::Database& database, const DatabasePlan& plan, std::vector<diag::Diagnostic>& found
) {
    diag::Diagnostic diagnostic;
    switch (plan.problem) {
    case DatabaseProblem::none:
        return;
    case DatabaseProblem::rpo:
        diagnostic.code = "E0502";
        diagnostic.message = fmt::format(
            "no placement of the database keeps an rpo of {}", format_duration(*database.rpo)
        );
        diagnostic.primary = {database.rpo.span, "promises more than any placement keeps"};
        break;
    case DatabaseProblem::rto:
        diagnostic.code = "E0503";
        diagnostic.message = fmt::format(
            "no placement of the database keeps an rto of {}", format_duration(*database.rto)
        );
        diagnostic.primary = {database.rto.span, "is shorter than the fastest recovery"};
        break;
    case DatabaseProblem::fits_nowhere:
        diagnostic.code = "E0504";
        diagnostic.message = "the database fits on no node";
        diagnostic.primary = {database.memory.span, "asked for by each member"};
        break;
    }
    for (const std::string& line : plan.arithmetic) {
        diagnostic.notes.push_back(
            {line, {plan.problem == DatabaseProblem::rto ? database.rto.span : database.span, ""}}
        );
    }
    diagnostic.help = {plan.help};
    found.push_back(std::move(diagnostic));
}

} // namespace

std::vector<diag::Diagnostic> check(const model::Homelab& homelab) {
    std::vector<diag::Diagnostic> found;
    const Context context = make_context(homelab);
    check_addresses(context, found);
    check_cloud(context, found);
    DatabasePlan database;
    if (homelab.database) {
        database = plan_database(context);
        check_database(*homelab.database, database, found);
    }
    check_capacity(context, plan_workloads(context, database.members), found);
    diag::normalize(found);
    return found;
}

} // namespace ducksnest::plan
