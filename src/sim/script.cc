#include "sim/script.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::sim {

bool is_about_site(Action action) {
    switch (action) {
    case Action::kill:
    case Action::return_:
        return false;
    case Action::kill_site:
    case Action::return_site:
    case Action::isolate:
    case Action::rejoin:
        return true;
    }
    std::unreachable();
}

std::string_view to_string(Action action) {
    switch (action) {
    case Action::kill:
        return "kill";
    case Action::return_:
        return "return";
    case Action::kill_site:
        return "kill-site";
    case Action::return_site:
        return "return-site";
    case Action::isolate:
        return "isolate";
    case Action::rejoin:
        return "rejoin";
    }
    std::unreachable();
}

std::string describe(const Step& step, const Blueprint& blueprint) {
    const std::string& target = is_about_site(step.action) ? blueprint.sites[step.target]
                                                           : blueprint.nodes[step.target].name;
    return fmt::format("{} {}@{}", to_string(step.action), target, format_duration(step.at));
}

} // namespace ducksnest::sim
