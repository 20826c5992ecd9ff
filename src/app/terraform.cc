#include "app/terraform.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 2> programs{"terraform", "tofu"};
constexpr std::string_view folder = "terraform";
/// Below terraform/, where Terraform keeps its own; git does not see it.
constexpr std::string_view plan_file = ".terraform/ducksnest.plan";
constexpr std::string_view log_file = ".terraform/ducksnest.log";
/// Somebody else's run, or a slow region.
constexpr Duration patience = 1h;
constexpr std::size_t shown_lines = 12;

std::map<std::string, std::string> automation() {
    return {{"TF_IN_AUTOMATION", "1"}, {"TF_INPUT", "0"}, {"CHECKPOINT_DISABLE", "1"}};
}

/// Of terraform/outputs.tf.
constexpr std::string_view output_schema = "ducksnest.terraform/1";

/// What a program said last, which is where it says what went wrong.
std::string last_lines(const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string_view line : split(text, '\n')) {
        if (!line.empty()) {
            lines.emplace_back(line);
        }
    }
    const std::size_t from = lines.size() - std::min(lines.size(), shown_lines);
    return join(std::span(lines).subspan(from), "\n");
}

bool has_action(const Json& change, std::string_view action) {
    const Json* actions = change.find("actions");
    const Json::Array* list = actions == nullptr ? nullptr : actions->as_array();
    return list != nullptr && std::ranges::any_of(*list, [&](const Json& item) {
               return item.as_string() != nullptr && *item.as_string() == action;
           });
}

std::string text_of(const Json& object, std::string_view key) {
    const Json* found = object.find(key);
    return found == nullptr || found->as_string() == nullptr ? "" : *found->as_string();
}

} // namespace

std::string describe(const CloudChanges& changes) {
    return fmt::format(
        "{} to add, {} to change, {} to destroy",
        changes.added,
        changes.changed,
        changes.destroyed.size()
    );
}

Result<CloudChanges> read_changes(const Json& plan) {
    CloudChanges changes;
    const Json* resources = plan.find("resource_changes");
    if (resources == nullptr) {
        return changes; // An empty plan has none.
    }
    if (resources->as_array() == nullptr) {
        return fail(ErrorCode::corrupt, "Terraform's plan has `resource_changes` that is no list");
    }
    for (const Json& resource : *resources->as_array()) {
        const Json* change = resource.find("change");
        if (change == nullptr || text_of(resource, "mode") == "data") {
            continue;
        }
        const bool is_made = has_action(*change, "create");
        changes.added += is_made ? 1U : 0U;
        changes.changed += has_action(*change, "update") ? 1U : 0U;
        if (has_action(*change, "delete")) {
            changes.destroyed.push_back(text_of(resource, "address"));
        }
        if (is_made && text_of(resource, "type") == "aws_instance") {
            changes.machines.push_back(text_of(resource, "index"));
        }
    }
    return changes;
}

Result<std::vector<CloudMachine>> read_machines(const Json& outputs, const std::string& homelab) {
    const Json* output = outputs.find("ducksnest");
    const Json* value = output == nullptr ? nullptr : output->find("value");
    if (value == nullptr || text_of(*value, "schema") != output_schema) {
        return fail(
            ErrorCode::corrupt,
            fmt::format("Terraform's outputs are not those of the module, `{}`", output_schema),
            "write the module anew with `ducksnest render`, then apply it"
        );
    }
    if (text_of(*value, "homelab") != homelab) {
        return fail(
            ErrorCode::corrupt,
            fmt::format(
                "Terraform's state is of the homelab `{}`, not of `{}`",
                text_of(*value, "homelab"),
                homelab
            ),
            "another homelab's state is in this bucket: choose one with `state_bucket`"
        );
    }
    std::vector<CloudMachine> machines;
    const Json* instances = value->find("instances");
    const Json::Object* by_name = instances == nullptr ? nullptr : instances->as_object();
    if (by_name == nullptr) {
        return fail(ErrorCode::corrupt, "Terraform's outputs have no `instances`");
    }
    for (const auto& [name, instance] : *by_name) {
        machines.push_back(
            {.node = name, .id = text_of(instance, "id"), .address = text_of(instance, "address")}
        );
    }
    return machines;
}

Result<Terraform> Terraform::find(Context& context) {
    std::vector<std::string> path;
    const std::string variable = context.environment().path.value_or("");
    for (const std::string_view item : split(variable, ':')) {
        path.emplace_back(item);
    }
    for (const std::string_view program : programs) {
        if (context.processes().find(std::string(program), path)) {
            return Terraform(context, std::string(program));
        }
    }
    return fail(
        ErrorCode::not_found,
        "neither `terraform` nor `tofu` is in PATH",
        "install OpenTofu 1.10 or Terraform 1.11, or newer: this homelab has a site at AWS"
    );
}

Result<CommandResult> Terraform::run(std::vector<std::string> words, const std::string& step) {
    const std::string where = fmt::format("-chdir={}/{}", context_->shown_folder(), folder);
    const std::string shown = fmt::format("{} {}", program_, words.front());
    words.insert(words.begin(), {program_, where});
    context_->progress().begin(step, 0);
    const CommandResult said =
        TRY(context_->commands()
                .run({.words = std::move(words), .environment = automation(), .timeout = patience})
                .with(step));
    context_->detail(said.out);
    if (!said.is_success()) {
        return fail(
            ErrorCode::unavailable,
            fmt::format("`{}` ended with {}:\n{}", shown, said.exit, last_lines(said.err)),
            "run `ducksnest up` again when that is mended: it goes on from here"
        );
    }
    return said;
}

Result<void> Terraform::init() {
    TRY(run({"init", "-input=false", "-no-color"}, "preparing Terraform"));
    return {};
}

Result<CloudChanges> Terraform::plan() {
    TRY(run(
        {"plan", "-input=false", "-no-color", "-lock-timeout=2m", fmt::format("-out={}", plan_file)
        },
        "comparing with AWS"
    ));
    const CommandResult shown =
        TRY(run({"show", "-no-color", "-json", std::string(plan_file)}, "comparing with AWS"));
    const Json plan =
        TRY(Json::parse(shown.out).with(fmt::format("reading what `{} show` says", program_)));
    return read_changes(plan);
}

Result<std::vector<CloudMachine>> Terraform::machines(const std::string& homelab) {
    const CommandResult said = TRY(run({"output", "-no-color", "-json"}, "reading what was made"));
    const Json outputs =
        TRY(Json::parse(said.out).with(fmt::format("reading what `{} output` says", program_)));
    return read_machines(outputs, homelab);
}

/// Terraform that is killed forgets what it has made. It writes to a file, because it would not
/// survive that nobody reads its pipes; a signal lets it finish and store its state.
Result<void> Terraform::apply() {
    const std::string log = fmt::format("{}/{}", folder, log_file);
    context_->progress().begin("changing AWS", 0);
    const Result<CommandResult> applied = context_->commands().run(
        {.words =
             {"sh",
              "-c",
              "exec \"$@\" >\"$0\" 2>&1",
              fmt::format("{}/{}", context_->shown_folder(), log),
              program_,
              fmt::format("-chdir={}/{}", context_->shown_folder(), folder),
              "apply",
              "-input=false",
              "-no-color",
              "-lock-timeout=2m",
              std::string(plan_file)},
         .environment = automation(),
         .timeout = patience,
         .ends_gently = true}
    );
    const auto said = TRY(context_->files().read(log));
    TRY(context_->files().remove(log));
    TRY(context_->files().remove(fmt::format("{}/{}", folder, plan_file)));
    if (!TRY(applied).is_success()) {
        return fail(
            ErrorCode::unavailable,
            fmt::format(
                "`{} apply` ended with {}:\n{}",
                program_,
                applied->exit,
                last_lines(said ? std::string(as_text(*said)) : "")
            ),
            "run `ducksnest up` again when that is mended: it goes on from here"
        );
    }
    return {};
}

} // namespace ducksnest::app
