#include "app/bootstrap_view.h"

#include "base/text.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

void add_lines(
    std::string& out,
    std::string_view verb,
    const std::vector<kube::Ref>& refs,
    Tone tone,
    const Style& style
) {
    for (const kube::Ref& ref : refs) {
        out += fmt::format("{} {}\n", paint(verb, tone, style), kube::display(ref));
    }
}

std::string describe_plan(const kube::BootstrapReport& report, const Style& style) {
    std::string out;
    for (const kube::PlannedChange& change : report.planned) {
        out += fmt::format(
            "{} {}\n",
            change.is_new ? paint("create", Tone::good, style)
                          : paint("change", Tone::warning, style),
            kube::display(change.ref)
        );
        for (const kube::FieldChange& field : change.changes) {
            out += kube::render_change(field) + "\n";
        }
    }
    add_lines(out, "prune", report.planned_prunes, Tone::bad, style);
    const std::size_t changes = report.planned.size() + report.planned_prunes.size();
    out += fmt::format("{} of {} would change\n", changes, count_of(report.objects, "object"));
    return out;
}

Json refs_json(const std::vector<kube::Ref>& refs) {
    Json::Array items;
    for (const kube::Ref& ref : refs) {
        items.push_back(Json::object(
            {{"api_version", ref.api_version},
             {"kind", ref.kind},
             {"name", ref.name},
             {"namespace", ref.namespace_name.empty() ? Json() : Json(ref.namespace_name)}}
        ));
    }
    return {std::move(items)};
}

Json planned_json(const std::vector<kube::PlannedChange>& changes) {
    Json::Array items;
    for (const kube::PlannedChange& change : changes) {
        Json::Array fields;
        for (const kube::FieldChange& field : change.changes) {
            fields.push_back(Json::object(
                {{"after", field.after.value_or(Json())},
                 {"before", field.before.value_or(Json())},
                 {"path", field.path}}
            ));
        }
        Json item = refs_json({change.ref}).as_array()->front();
        item.set("is_new", change.is_new);
        item.set("fields", std::move(fields));
        items.push_back(std::move(item));
    }
    return {std::move(items)};
}

} // namespace

std::string describe(const kube::BootstrapReport& report, kube::Mode mode, const Style& style) {
    if (mode == kube::Mode::dry_run) {
        return describe_plan(report, style);
    }
    std::string out;
    add_lines(out, "created", report.created, Tone::good, style);
    add_lines(out, "changed", report.configured, Tone::warning, style);
    add_lines(out, "pruned", report.pruned, Tone::bad, style);
    return out + describe_counts(report);
}

std::string describe_counts(const kube::BootstrapReport& report) {
    const std::size_t touched = report.created.size() + report.configured.size();
    return fmt::format(
        "{}: {} created, {} changed, {} unchanged, {} pruned\n",
        count_of(report.objects, "object"),
        report.created.size(),
        report.configured.size(),
        report.objects - touched,
        report.pruned.size()
    );
}

Json to_json(const kube::BootstrapReport& report, kube::Mode mode) {
    return Json::object({
        {"schema", "ducksnest.bootstrap/1"},
        {"changed", refs_json(report.configured)},
        {"created", refs_json(report.created)},
        {"dry_run", mode == kube::Mode::dry_run},
        {"foreign", refs_json(report.foreign)},
        {"kept", refs_json(report.kept)},
        {"objects", static_cast<std::int64_t>(report.objects)},
        {"planned", planned_json(report.planned)},
        {"planned_prunes", refs_json(report.planned_prunes)},
        {"pruned", refs_json(report.pruned)},
        {"waiting", Json::strings(report.waiting)},
    });
}

} // namespace ducksnest::app
