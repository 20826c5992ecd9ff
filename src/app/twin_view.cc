#include "app/twin_view.h"

#include "app/table.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

Tone tone_of_state(std::string_view state) {
    if (state == "Ready") {
        return Tone::good;
    }
    return state == "off" ? Tone::faint : Tone::bad;
}

Tone tone_of(const sim::Happening& happening) {
    if (happening.topic == sim::Topic::machine && happening.text == "loses power") {
        return Tone::bad;
    }
    if (happening.text == "is Ready" || happening.text == "the API answers") {
        return Tone::good;
    }
    const bool warns =
        happening.text.starts_with("Ready is Unknown") || happening.text.starts_with("evicted") ||
        happening.text.starts_with("cannot be placed") || happening.text == "the API is gone";
    return warns ? Tone::warning : Tone::plain;
}

/// The day on which the first certificate of a machine runs out; soon is as `certs status` has it.
Cell show_expiry(const std::optional<Instant>& expires, Instant now) {
    constexpr std::chrono::days soon(30);
    if (!expires) {
        return {"-"};
    }
    return {
        format_time(*expires).substr(0, 10), *expires - now < soon ? Tone::warning : Tone::plain
    };
}

std::string show_nodes(const sim::TwinReport& report, const Style& style) {
    Table table(
        {{.title = "node"},
         {.title = "site"},
         {.title = "address"},
         {.title = "role"},
         {.title = "state"},
         {.title = "pods", .align = Align::right},
         {.title = "memory", .align = Align::right},
         {.title = "certificate"}}
    );
    for (const sim::NodeRow& node : report.nodes) {
        table.add(
            {{node.name, Tone::strong},
             {node.site},
             {node.address},
             {node.role},
             {node.state, tone_of_state(node.state)},
             {fmt::format("{}", node.pods)},
             {fmt::format("{}/{} MiB", node.requested, node.allocatable)},
             show_expiry(node.certificate_expires, report.start + report.simulated)}
        );
    }
    return table.render(style);
}

std::string show_trust(const sim::TrustSummary& trust, const Style& style) {
    const bool good = trust.green == trust.edges && trust.refused == trust.forbidden;
    const std::string text = fmt::format(
        "{} of {} edges green, {} of {} forbidden connections refused",
        trust.green,
        trust.edges,
        trust.refused,
        trust.forbidden
    );
    return fmt::format("trust matrix: {}\n", paint(text, good ? Tone::good : Tone::bad, style));
}

std::string show_workloads(const sim::TwinReport& report, const Style& style) {
    Table table({{.title = "app"}, {.title = "pods", .align = Align::right}, {.title = "where"}});
    for (const sim::WorkloadRow& workload : report.workloads) {
        const bool whole = workload.running >= workload.wanted;
        std::string where = join(workload.nodes, ", ");
        if (!workload.waiting_for.empty()) {
            where += (where.empty() ? "" : "; ") + workload.waiting_for;
        }
        table.add(
            {{workload.name, Tone::strong},
             {fmt::format("{}/{}", workload.running, workload.wanted),
              whole ? Tone::good : Tone::bad},
             {where}}
        );
    }
    return table.render(style);
}

std::string show_database(const sim::TwinReport& report, const Style& style) {
    Table table({{.title = "database"}, {.title = "site"}, {.title = "role"}});
    for (const sim::MemberRow& member : report.database) {
        table.add(
            {{member.node, Tone::strong},
             {member.site},
             {member.role, member.role == "down" ? Tone::bad : Tone::plain}}
        );
    }
    return table.render(style);
}

} // namespace

std::string show_elapsed(Duration elapsed) {
    const std::int64_t seconds = elapsed.count() / 1'000;
    const std::int64_t hours = seconds / 3'600;
    const std::int64_t minutes = seconds / 60 % 60;
    return hours > 0 ? fmt::format("{}h{:02}m{:02}s", hours, minutes, seconds % 60)
                     : fmt::format("{}m{:02}s", minutes, seconds % 60);
}

std::string show_happening(
    const sim::Happening& happening, Instant start, std::size_t subject_width, const Style& style
) {
    return fmt::format(
        "{}  {}  {}",
        paint(fmt::format("{:>9}", show_elapsed(happening.at - start)), Tone::faint, style),
        paint(fmt::format("{:<{}}", happening.subject, subject_width), Tone::strong, style),
        paint(happening.text, tone_of(happening), style)
    );
}

std::string
show_timeline(const std::vector<sim::Happening>& timeline, Instant start, const Style& style) {
    std::size_t width = 0;
    for (const sim::Happening& happening : timeline) {
        width = std::max(width, happening.subject.size());
    }
    std::string text;
    for (const sim::Happening& happening : timeline) {
        text += show_happening(happening, start, width, style) + "\n";
    }
    return text;
}

std::string show_report(const sim::TwinReport& report, const Style& style) {
    std::string text = show_nodes(report, style) + "\n" + show_trust(report.trust, style) + "\n" +
                       show_workloads(report, style);
    if (!report.database.empty()) {
        text += "\n" + show_database(report, style);
    }
    if (!report.timeline.empty()) {
        text += fmt::format("\n{}\n", paint("what happened", Tone::strong, style));
        text += show_timeline(report.timeline, report.start, style);
    }
    return text;
}

std::string show_speed(Duration simulated, Duration real) {
    const std::int64_t times = simulated.count() / std::max<std::int64_t>(real.count(), 1);
    std::string digits = fmt::format("{}", times);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

} // namespace ducksnest::app
