#include "render/markdown.h"

#include "base/text.h"
#include "render/describe.h"
#include "render/describe_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ducksnest::render {
namespace {

/// GitHub takes comments of 65 536 characters, and Terraform's plan has to fit in beside this.
constexpr std::size_t details_size_max = 16'000;

/// Inside a table's cell, and outside of code.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '*' || c == '_' || c == '[' || c == '\\') {
            out += '\\';
        }
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

/// A block of plain text between fences that are longer than any in it.
std::string fenced(std::string_view text) {
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const char c : text) {
        run = c == '~' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(std::max<std::size_t>(3, longest + 1), '~');
    std::string cut(text.substr(0, details_size_max));
    if (cut.size() < text.size()) {
        cut.resize(cut.rfind('\n') + 1);
        cut += "… and more: `ducksnest plan` shows all\n";
    }
    return fmt::format("{}text\n{}{}\n", fence, cut, fence);
}

std::string folded(std::string_view title, std::string_view text) {
    return fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", title, fenced(text));
}

using Names = std::vector<std::string>;

class Comment {
public:
    explicit Comment(const Change& change)
        : change_(change) {
        if (change.diff != nullptr) {
            for (const auto& [node, impact] : change.diff->impacts) {
                sort_in(node, impact);
            }
        }
    }

    std::string take() {
        text_ = fmt::format("### {}: {}\n", change_.plan.homelab, title());
        if (change_.diff == nullptr) {
            text_ += "\nThere was no lock before, so there is nothing to compare with.\n";
        } else {
            add_summary();
            add_nodes();
        }
        add_other_files();
        add_cost();
        if (change_.diff != nullptr && !change_.diff->empty()) {
            text_ += folded("Every change of the lock", describe(*change_.diff, {}));
        }
        return std::move(text_);
    }

private:
    void sort_in(const std::string& node, const NodeImpact& impact) {
        const std::string entry =
            impact.why.empty() ? node
                               : fmt::format("{} ({})", node, escaped(join(impact.why, ", ")));
        if (impact.joins) {
            joining_.push_back(node);
        }
        if (impact.worst == Disruption::leave) {
            leaving_.push_back(node);
        }
        if (impact.worst == Disruption::reboot) {
            rebooting_.push_back(entry);
        }
        if (impact.worst >= Disruption::reload) {
            drained_.push_back(node);
        }
    }

    std::string title() const {
        if (change_.diff == nullptr) {
            return fmt::format("{} to set up", count_of(change_.plan.nodes.size(), "node"));
        }
        const std::size_t nodes = change_.diff->impacts.size();
        return nodes == 0 ? "no machine changes"
                          : fmt::format("{} of {} nodes changed", nodes, all_nodes());
    }

    /// Those that go count too.
    std::size_t all_nodes() const { return change_.plan.nodes.size() + leaving_.size(); }

    void line(std::string_view head, std::string_view rest) {
        text_ += fmt::format("- **{}:** {}\n", head, rest);
    }

    void add_summary() {
        text_ += '\n';
        line("Reboots", rebooting_.empty() ? "none" : join(rebooting_, "; "));
        line("Evicted", evicted());
        if (!joining_.empty()) {
            line("Joins", join(joining_, ", "));
        }
        if (!leaving_.empty()) {
            line("Leaves", join(leaving_, ", ") + ": drained, then deleted");
        }
        const auto operators = operator_work();
        if (!operators.empty()) {
            line("For the operators", escaped(join(operators, "; ")));
        }
    }

    bool is_drained(const std::string& node) const {
        return std::ranges::find(drained_, node) != drained_.end();
    }

    std::string evicted() const {
        if (drained_.empty()) {
            return "nothing";
        }
        std::string text = fmt::format(
            "the pods on {}: one node after the other is drained, switched, and taken back",
            join(drained_, ", ")
        );
        const plan::Plan& plan = change_.plan;
        for (const plan::DatabaseMember& member : plan.database) {
            if (is_drained(member.node)) {
                text += fmt::format(
                    "; the database member on {}{}",
                    member.node,
                    &member == plan.database.data() ? ", which starts as primary" : ""
                );
            }
        }
        Names single;
        for (const plan::Workload& workload : plan.workloads) {
            if (workload.replicas == 1 && workload.pinned.empty()) {
                single.push_back(workload.name);
            }
        }
        if (!single.empty()) {
            text += fmt::format(
                ". There is one pod only of {}: away for a moment if it stands there",
                join(single, ", ")
            );
        }
        return text + api_pause();
    }

    /// With one control plane nobody else answers.
    std::string api_pause() const {
        Names control;
        for (const plan::NodePlan& node : change_.plan.nodes) {
            if (node.role == model::Role::control_plane) {
                control.push_back(node.name);
            }
        }
        const bool pauses = control.size() == 1 && is_drained(control.front());
        return pauses
                   ? fmt::format(
                         ". The API does not answer while {} switches; pods run on", control.front()
                     )
                   : "";
    }

    Names operator_work() const {
        Names work;
        for (const auto& [what, nodes] : change_.diff->consequences) {
            if (std::ranges::find(nodes, "operators") != nodes.end()) {
                work.push_back(what);
            }
        }
        return work;
    }

    void add_nodes() {
        if (change_.diff->impacts.empty()) {
            return;
        }
        std::map<std::string, Names> by_node;
        for (const auto& [what, nodes] : change_.diff->consequences) {
            for (const std::string& node : nodes) {
                by_node[node].push_back(escaped(what));
            }
        }
        text_ += "\n| Node | Worst | What happens |\n|---|---|---|\n";
        for (const auto& [node, impact] : change_.diff->impacts) {
            text_ += fmt::format(
                "| {} | {} | {} |\n",
                node,
                impact.joins ? "join" : to_string(impact.worst),
                join(by_node[node], "; ")
            );
        }
    }

    void add_other_files() {
        if (change_.other_files.empty()) {
            return;
        }
        Names names;
        for (const std::string& file : change_.other_files) {
            names.push_back("`" + file + "`");
        }
        const bool is_all = std::ranges::any_of(change_.other_files, [](const std::string& file) {
            return file == "flake.lock" || file == "flake.nix";
        });
        text_ += fmt::format(
            "\n**Not in the lock:** {} changed too. {} built from {}; whether one reboots shows "
            "when it is built, in what `ducksnest deploy` tells before it begins.\n",
            join(names, ", "),
            is_all ? "Every node is" : "Its nodes are",
            is_all ? "other packages" : "other settings"
        );
    }

    void add_cost() {
        const plan::Cost& cost = change_.plan.cost;
        std::string text =
            cost.items.empty() ? "nothing is rented" : monthly_text(cost) + " a month";
        if (const plan::Cost* before = change_.cost_before) {
            text += *before == cost ? ", as before"
                                    : ", before: " + monthly_text(*before) + difference();
        } else {
            text += "; what it was before is not known";
        }
        if (cost.emergency) {
            text += fmt::format(
                ". In an outage up to {} USD an hour more, and at most {} USD a month",
                hourly_text(cost.emergency->hourly),
                cents_text(cost.emergency->monthly_max)
            );
        }
        text_ += fmt::format("\n**Cost:** {}.\n", text);
        if (!cost.items.empty()) {
            text_ += folded("What it costs", describe(cost, {}));
        }
    }

    std::string difference() const {
        const model::MicroUsd difference = change_.plan.cost.monthly - change_.cost_before->monthly;
        return fmt::format(
            " ({}{})",
            difference < 0 ? "-" : "+",
            cents_text(difference < 0 ? -difference : difference)
        );
    }

    const Change& change_;
    Names rebooting_{};
    Names drained_{};
    Names joining_{};
    Names leaving_{};
    std::string text_{};
};

} // namespace

std::string render_markdown(const Change& change) {
    return Comment(change).take();
}

} // namespace ducksnest::render
