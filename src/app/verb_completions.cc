#include "app/completions.h"
#include "app/context.h"
#include "app/verbs.h"
#include "base/assert.h"

namespace ducksnest::app {
namespace {

Result<Exit> run_completions(Context& context) {
    const std::string kind = context.arguments().text("KIND").value_or("");
    if (kind == "bash") {
        context.out(bash_completions());
    } else if (kind == "zsh") {
        context.out(zsh_completions());
    } else if (kind == "fish") {
        context.out(fish_completions());
    } else if (kind == "man") {
        context.out(manual_page());
    } else {
        ASSERT(kind == "markdown");
        context.out(command_reference());
    }
    return Exit::done;
}

} // namespace

Command completions_command() {
    return {
        .path = "completions",
        .summary = "print completions for a shell, the manual page or the reference",
        .description =
            "Everything is written from the same table that reads the command line, so it "
            "cannot be out of date.",
        .arguments =
            {{.name = "KIND",
              .value = Value::choice,
              .summary = "what to print",
              .is_required = true,
              .choices = {"bash", "zsh", "fish", "man", "markdown"}}},
        .examples =
            {{.command = "ducksnest completions fish > ~/.config/fish/completions/ducksnest.fish",
              .says = "install them for fish"},
             {.command = "eval \"$(ducksnest completions bash)\"", .says = "use them in this bash"},
             {.command = "ducksnest completions man | man -l -", .says = "read the manual"}},
        .run = run_completions,
    };
}

} // namespace ducksnest::app
