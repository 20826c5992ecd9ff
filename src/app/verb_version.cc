#include "app/context.h"
#include "app/help.h"
#include "app/verbs.h"

namespace ducksnest::app {
namespace {

Result<Exit> run_version(Context& context) {
    context.out(version_text(context.options().json));
    return Exit::done;
}

} // namespace

Command version_command() {
    return {
        .path = "version",
        .summary = "show the version",
        .description = "The same as `ducksnest --version`.",
        .examples = {{.command = "ducksnest version --json", .says = "for programs"}},
        .run = run_version,
    };
}

} // namespace ducksnest::app
