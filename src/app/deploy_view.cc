#include "app/deploy_view.h"

#include "app/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

std::string_view name_of(deploy::Way way) {
    return way == deploy::Way::restart ? "restart" : "switch";
}

Tone tone_of(deploy::NodeOutcome outcome) {
    switch (outcome) {
    case deploy::NodeOutcome::confirmed:
        return Tone::good;
    case deploy::NodeOutcome::pending:
        return Tone::faint;
    case deploy::NodeOutcome::unchanged:
    case deploy::NodeOutcome::reverted:
        return Tone::warning;
    case deploy::NodeOutcome::lost:
        return Tone::bad;
    }
    return Tone::plain;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

} // namespace

std::string describe(const deploy::DeployPlan& plan, const Style& style) {
    std::string text;
    Table table({{.title = ""}, {.title = "node"}, {.title = "how"}, {.title = "system"}});
    std::size_t number = 0;
    for (const deploy::Wave& wave : plan.waves) {
        ++number;
        for (const deploy::Task& task : wave.tasks) {
            std::string how = fmt::format("{}{}", task.drains ? "drain, " : "", name_of(task.way));
            if (!task.why.empty()) {
                how += fmt::format(" ({})", task.why);
            }
            table.add(
                {{.text = fmt::format("{}. {}", number, wave.name), .tone = Tone::strong},
                 {.text = task.node},
                 {.text = std::move(how)},
                 {.text = task.system, .tone = Tone::faint}}
            );
        }
    }
    if (table.row_count() > 0) {
        text += table.render(style);
    }
    for (const deploy::Remark& remark : plan.current) {
        text += paint(fmt::format("{}: {}\n", remark.node, remark.why), Tone::faint, style);
    }
    for (const deploy::Remark& remark : plan.held) {
        text += paint(
            fmt::format("{}: held back, {}\n", remark.node, remark.why), Tone::warning, style
        );
    }
    return text;
}

std::string describe(const std::vector<deploy::NodeResult>& results, const Style& style) {
    Table table(
        {{.title = "node"},
         {.title = "outcome"},
         {.title = "probes", .align = Align::right},
         {.title = "took", .align = Align::right},
         {.title = "why"}}
    );
    for (const deploy::NodeResult& result : results) {
        const auto good = std::ranges::count_if(result.probes, &deploy::Probe::is_good);
        table.add(
            {{.text = result.node},
             {.text = std::string(to_string(result.outcome)), .tone = tone_of(result.outcome)},
             {.text = result.probes.empty() ? "" : fmt::format("{}/{}", good, result.probes.size())
             },
             {.text = format_duration(std::chrono::floor<std::chrono::seconds>(result.took))},
             {.text = first_line(result.detail)}}
        );
    }
    std::string text = table.render(style);
    for (const deploy::NodeResult& result : results) {
        // The table's column may be too narrow for it.
        const bool has_begun = result.outcome != deploy::NodeOutcome::pending;
        if (has_begun && !result.detail.empty()) {
            text += fmt::format("{}: {}\n", result.node, result.detail);
        }
        for (const deploy::Probe& probe : result.probes) {
            if (!probe.is_good) {
                text += fmt::format("{}: probe `{}`: {}\n", result.node, probe.name, probe.detail);
            }
        }
    }
    return text;
}

Json to_json(const deploy::DeployPlan& plan, const std::vector<deploy::NodeResult>& results) {
    const auto remarks = [](const std::vector<deploy::Remark>& from) {
        Json::Array items;
        for (const deploy::Remark& remark : from) {
            items.push_back(Json::object({{"node", remark.node}, {"why", remark.why}}));
        }
        return items;
    };
    Json::Array waves;
    for (const deploy::Wave& wave : plan.waves) {
        Json::Array tasks;
        for (const deploy::Task& task : wave.tasks) {
            tasks.push_back(Json::object(
                {{"node", task.node},
                 {"system", task.system},
                 {"way", name_of(task.way)},
                 {"drains", task.drains},
                 {"why", task.why}}
            ));
        }
        waves.push_back(Json::object({{"name", wave.name}, {"nodes", std::move(tasks)}}));
    }
    Json::Array nodes;
    for (const deploy::NodeResult& result : results) {
        Json::Array probes;
        for (const deploy::Probe& probe : result.probes) {
            probes.push_back(deploy::to_json(probe));
        }
        nodes.push_back(Json::object(
            {{"node", result.node},
             {"outcome", to_string(result.outcome)},
             {"last_step", to_string(result.last)},
             {"detail", result.detail},
             {"probes", std::move(probes)},
             {"milliseconds", std::int64_t{result.took.count()}}}
        ));
    }
    return Json::object(
        {{"schema", "ducksnest.deploy/1"},
         {"waves", std::move(waves)},
         {"current", remarks(plan.current)},
         {"held", remarks(plan.held)},
         {"results", std::move(nodes)}}
    );
}

} // namespace ducksnest::app
