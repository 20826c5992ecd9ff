#include "plan/check_capacity.h"

#include "base/text.h"
#include "model/instances.h"
#include "plan/labels.h"
#include "plan/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace ducksnest::plan {
namespace {

/// Keys of the taints of a machine of this role and size.
std::vector<std::string_view> taint_keys(model::Role role, MemoryClass memory_class) {
    std::vector<std::string_view> keys;
    if (is_tainted_control_plane(role, memory_class)) {
        keys.push_back(control_plane_taint);
    }
    if (memory_class == MemoryClass::small) {
        keys.push_back(small_memory_taint);
    }
    return keys;
}

/// A machine that [dr] would buy.
struct Replacement {
    const model::Offer* offer = nullptr;
    Slot slot{};
};

/// The smallest of the offers, or nothing when none may be bought.
std::optional<Replacement> smallest_offer(const Context& context) {
    const auto& dr = context.homelab->dr;
    std::optional<Replacement> smallest;
    if (!dr || *dr->max_replacements == 0) {
        return smallest;
    }
    for (const model::Offer& offer : dr->offers) {
        const std::optional<model::Instance> instance = model::find_instance(*offer.instance);
        if (!instance) {
            continue;
        }
        Replacement candidate{.offer = &offer, .slot = {.node = "", .site = *dr->site}};
        candidate.slot.free =
            capacity_of(context, model::Role::worker, instance->memory, instance->cpus);
        candidate.slot.taints = taint_keys(model::Role::worker, memory_class_of(instance->memory));
        if (!smallest || candidate.slot.free.memory < smallest->slot.free.memory) {
            smallest = std::move(candidate);
        }
    }
    return smallest;
}

/// What stands after a site is lost, or now when `lost` is empty.
std::vector<Slot> standing(
    const Context& context, std::string_view lost, const std::optional<Replacement>& replacement
) {
    std::vector<Slot> slots;
    slots.reserve(context.machines.size());
    for (const Machine& machine : context.machines) {
        if (machine.site->name != lost) {
            slots.push_back(
                {.node = machine.node->name,
                 .site = machine.site->name,
                 .free = machine.left,
                 .taints = taint_keys(*machine.node->role, machine.memory_class)}
            );
        }
    }
    if (!lost.empty() && replacement && replacement->slot.site != lost) {
        const auto count = static_cast<std::size_t>(*context.homelab->dr->max_replacements);
        slots.insert(slots.end(), count, replacement->slot);
    }
    return slots;
}

/// Writes the diagnostics of one situation.
class Reporter {
public:
    Reporter(
        const Context& context,
        const std::vector<Workload>& workloads,
        std::vector<diag::Diagnostic>& found
    )
        : context_(context)
        , workloads_(workloads)
        , found_(found)
        , replacement_(smallest_offer(context)) {}

    void look_at(std::string_view lost) {
        const std::vector<Slot> slots = standing(context_, lost, replacement_);
        for (const std::size_t index : place(workloads_, slots)) {
            // One report for each workload: the first situation in which it does not fit.
            if (reported_.insert(index).second) {
                report(workloads_[index], lost, slots);
            }
        }
    }

private:
    void report(const Workload& workload, std::string_view lost, const std::vector<Slot>& slots) {
        const bool is_promised = lost.empty() || context_.homelab->dr.has_value();
        diag::Diagnostic diagnostic;
        diagnostic.severity = is_promised ? diag::Severity::error : diag::Severity::warning;
        diagnostic.code = lost.empty() ? "E0501" : is_promised ? "E0506" : "W0507";
        diagnostic.message =
            lost.empty()
                ? fmt::format("`{}` fits nowhere", workload.name)
                : fmt::format("`{}` fits nowhere after site `{}` is lost", workload.name, lost);
        diagnostic.primary = {
            span_of(workload),
            fmt::format(
                "{} of {} MiB and {}m",
                count_of(static_cast<std::size_t>(workload.replicas), "replica"),
                workload.memory,
                workload.cpu_millis
            )
        };
        add_largest(workload, slots, diagnostic);
        if (!lost.empty()) {
            add_replacements(workload, lost, diagnostic);
        }
        diagnostic.help = {help(lost)};
        found_.push_back(std::move(diagnostic));
    }

    diag::Span span_of(const Workload& workload) const {
        const auto& apps = context_.homelab->apps;
        const auto app = std::ranges::find(apps, workload.name, &model::App::name);
        if (workload.space == "apps" && app != apps.end()) {
            return app->memory.span;
        }
        return workload.space == "database" && context_.homelab->database
                   ? context_.homelab->database->memory.span
                   : context_.homelab->name.span;
    }

    /// The arithmetic of the machines with most room: where it fails to fit.
    void add_largest(
        const Workload& workload, const std::vector<Slot>& slots, diag::Diagnostic& diagnostic
    ) const {
        constexpr std::size_t shown_max = 3;
        std::vector<const Slot*> largest;
        for (const Slot& slot : slots) {
            if (!slot.node.empty()) {
                largest.push_back(&slot);
            }
        }
        std::ranges::stable_sort(largest, std::ranges::greater(), [](const Slot* slot) {
            return slot->free.memory;
        });
        largest.resize(std::min(largest.size(), shown_max));
        for (const Slot* slot : largest) {
            const model::Node& node = *context_.homelab->find_node(slot->node);
            const MachineUse use = use_of(context_, *node.role, memory_class_of(*node.memory));
            std::string text = fmt::format(
                "`{}` has for pods {} and {}m",
                slot->node,
                memory_arithmetic(*node.memory, reserves_of(use)),
                slot->free.millicpus
            );
            for (const std::string_view taint : slot->taints) {
                if (std::ranges::find(workload.tolerations, taint) == workload.tolerations.end()) {
                    text += fmt::format(", but keeps it away: `{}`", taint);
                }
            }
            diagnostic.notes.push_back({std::move(text), {node.memory.span, ""}});
        }
    }

    void add_replacements(
        const Workload& workload, std::string_view lost, diag::Diagnostic& diagnostic
    ) const {
        const auto& dr = context_.homelab->dr;
        if (!dr) {
            return;
        }
        if (!replacement_ || replacement_->slot.site == lost) {
            diagnostic.notes.push_back(
                {"no replacement can be bought then", {dr->max_replacements.span, ""}}
            );
            return;
        }
        const Slot& slot = replacement_->slot;
        diagnostic.notes.push_back(
            {fmt::format(
                 "{} of `{}` {} {} MiB and {}m each for all that was lost{}",
                 count_of(static_cast<std::size_t>(*dr->max_replacements), "replacement"),
                 *replacement_->offer->instance,
                 *dr->max_replacements == 1 ? "brings" : "bring",
                 slot.free.memory,
                 slot.free.millicpus,
                 slot.taints.empty() || workload.memory > slot.free.memory
                     ? ""
                     : ", and are too small for anything but small pods"
             ),
             {replacement_->offer->instance.span,
              dr->offers.size() > 1 ? "the smallest offer: the others may be sold out" : ""}}
        );
    }

    std::string help(std::string_view lost) const {
        if (lost.empty()) {
            return "ask for less, or add a node that is large enough";
        }
        if (!context_.homelab->dr) {
            return "add a [dr] section whose offers can stand in, or a large enough node elsewhere";
        }
        return "ask for less, raise `max_replacements`, offer a larger instance, or add a node in "
               "another site";
    }

    const Context& context_;
    const std::vector<Workload>& workloads_;
    std::vector<diag::Diagnostic>& found_;
    std::optional<Replacement> replacement_;
    std::set<std::size_t> reported_{};
};

} // namespace

void check_capacity(
    const Context& context,
    const std::vector<Workload>& workloads,
    std::vector<diag::Diagnostic>& found
) {
    Reporter reporter(context, workloads, found);
    reporter.look_at("");
    std::set<std::string_view> inhabited;
    for (const Machine& machine : context.machines) {
        inhabited.insert(machine.site->name);
    }
    const auto& dr = context.homelab->dr;
    for (const std::string_view site : inhabited) {
        const bool something_remains = inhabited.size() > 1 || (dr && *dr->site != site);
        if (something_remains) {
            reporter.look_at(site);
        }
    }
}

} // namespace ducksnest::plan
