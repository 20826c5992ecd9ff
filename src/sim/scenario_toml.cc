#include "base/text.h"
#include "config/syntax.h"
#include "sim/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ducksnest::sim {
namespace {

using config::Entry;
using config::Kind;
using config::Value;

constexpr std::array all_actions = {
    Action::kill,
    Action::return_,
    Action::kill_site,
    Action::return_site,
    Action::isolate,
    Action::rejoin,
};

std::vector<std::string> action_names() {
    std::vector<std::string> names;
    for (const Action action : all_actions) {
        names.emplace_back(to_string(action));
    }
    return names;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name);
    }
    return text;
}

/// Reads one file; every mistake becomes a diagnostic and the rest is read on.
class Reader {
public:
    explicit Reader(const Blueprint& blueprint)
        : blueprint_(&blueprint) {
        for (const NodeBlueprint& node : blueprint.nodes) {
            nodes_.push_back(node.name);
        }
    }

    Scenario read(const Value& root) {
        static const std::vector<std::string> keys = {"canary", "events", "faults", "for", "why"};
        check_keys(root, keys);
        Scenario scenario;
        if (const std::string* why = text(root, "why")) {
            scenario.why = *why;
        }
        if (const std::optional<Duration> length = duration(root, "for")) {
            scenario.length = *length;
        }
        if (const std::string* faults = word(root, "faults", {"drawn", "none"})) {
            scenario.draws_faults = *faults == "drawn";
        }
        const std::vector<std::string> canaries(canary_names.begin(), canary_names.end());
        if (const std::string* canary = word(root, "canary", canaries)) {
            scenario.canary = *parse_canary(*canary);
        }
        if (const Entry* events = expect(root, "events", Kind::array)) {
            for (const Value& event : events->value.items) {
                read_event(event, scenario);
            }
        }
        std::ranges::stable_sort(scenario.script, {}, &Step::at);
        return scenario;
    }

    std::vector<diag::Diagnostic> take() { return std::move(diagnostics_); }

private:
    void complain(
        std::string message, diag::Span span, std::string label, std::vector<std::string> help
    ) {
        diagnostics_.push_back({
            .message = std::move(message),
            .primary = {.span = span, .text = std::move(label)},
            .help = std::move(help),
        });
    }

    static std::vector<std::string>
    suggest(std::string_view word, const std::vector<std::string>& known) {
        if (const std::optional<std::string> close = closest(word, known)) {
            return {fmt::format("did you mean `{}`?", *close)};
        }
        return {"known are " + listed(known)};
    }

    void check_keys(const Value& table, const std::vector<std::string>& known) {
        for (const Entry& entry : table.entries) {
            if (std::ranges::find(known, entry.key) == known.end()) {
                complain(
                    fmt::format("unknown key {}", diag::quoted(entry.key)),
                    entry.key_span,
                    "not known here",
                    suggest(entry.key, known)
                );
            }
        }
    }

    const Entry* expect(const Value& table, std::string_view key, Kind kind) {
        const Entry* entry = table.find(key);
        if (entry == nullptr || entry->value.kind == kind) {
            return entry;
        }
        complain(
            fmt::format(
                "`{}` must be {}, not {}", key, describe(kind), describe(entry->value.kind)
            ),
            entry->value.span,
            "",
            kind == Kind::string ? std::vector<std::string>{"put it in quotes"}
                                 : std::vector<std::string>{}
        );
        return nullptr;
    }

    const std::string* text(const Value& table, std::string_view key) {
        const Entry* entry = expect(table, key, Kind::string);
        return entry == nullptr ? nullptr : &entry->value.text;
    }

    const std::string*
    word(const Value& table, std::string_view key, const std::vector<std::string>& known) {
        const std::string* written = text(table, key);
        if (written == nullptr || std::ranges::find(known, *written) != known.end()) {
            return written;
        }
        complain(
            fmt::format("unknown value {} for `{}`", diag::quoted(*written), key),
            table.find(key)->value.span,
            "not known here",
            suggest(*written, known)
        );
        return nullptr;
    }

    std::optional<Duration> duration(const Value& table, std::string_view key) {
        const std::string* written = text(table, key);
        if (written == nullptr) {
            return std::nullopt;
        }
        const Result<Duration> parsed = parse_duration(*written);
        if (!parsed || *parsed > longest_run) {
            complain(
                parsed ? fmt::format("a run lasts at most {}", format_duration(longest_run))
                       : parsed.error().message,
                table.find(key)->value.span,
                "",
                {fmt::format("write it like `{} = \"10m\"`", key)}
            );
            return std::nullopt;
        }
        return *parsed;
    }

    void read_event(const Value& event, Scenario& scenario) {
        if (event.kind != Kind::table) {
            complain("an event must be a section", event.span, "", {"write `[[events]]`"});
            return;
        }
        std::vector<std::string> keys = action_names();
        keys.emplace_back("at");
        check_keys(event, keys);
        const std::optional<Duration> at = duration(event, "at");
        if (!at && event.find("at") == nullptr) {
            complain("the event has no `at`", event.span, "", {"write `at = \"10m\"`"});
        }
        const std::size_t before = diagnostics_.size();
        std::optional<Step> found;
        for (const Action action : all_actions) {
            const Entry* entry = event.find(to_string(action));
            if (entry == nullptr) {
                continue;
            }
            if (found) {
                complain(
                    "the event does two things", entry->key_span, "", {"make it two `[[events]]`"}
                );
                continue;
            }
            found = Step{.at = at.value_or(Duration(0)), .action = action};
            found->target = target(event, action).value_or(0);
        }
        if (!found && diagnostics_.size() == before) {
            complain(
                "the event does nothing", event.span, "", {"add one of " + listed(action_names())}
            );
        }
        if (found && at) {
            scenario.script.push_back(*found);
        }
    }

    std::optional<std::uint32_t> target(const Value& event, Action action) {
        const std::vector<std::string>& known = is_about_site(action) ? blueprint_->sites : nodes_;
        const std::string* name = text(event, to_string(action));
        if (name == nullptr) {
            return std::nullopt;
        }
        const auto found = std::ranges::find(known, *name);
        if (found != known.end()) {
            return static_cast<std::uint32_t>(found - known.begin());
        }
        complain(
            fmt::format(
                "no {} is called {}", is_about_site(action) ? "site" : "node", diag::quoted(*name)
            ),
            event.find(to_string(action))->value.span,
            "",
            suggest(*name, known)
        );
        return std::nullopt;
    }

    const Blueprint* blueprint_;
    std::vector<std::string> nodes_{};
    std::vector<diag::Diagnostic> diagnostics_{};
};

} // namespace

LoadedScenario
load_scenario(const diag::Sources& sources, std::uint32_t file, const Blueprint& blueprint) {
    config::Parsed parsed = config::parse(sources.at(file), file);
    LoadedScenario loaded{.diagnostics = std::move(parsed.diagnostics)};
    if (parsed.root) {
        Reader reader(blueprint);
        Scenario scenario = reader.read(*parsed.root);
        std::ranges::move(reader.take(), std::back_inserter(loaded.diagnostics));
        if (loaded.diagnostics.empty()) {
            loaded.scenario = std::move(scenario);
        }
    }
    diag::normalize(loaded.diagnostics);
    return loaded;
}

} // namespace ducksnest::sim
