#include "app/context.h"
#include "app/help.h"
#include "app/verbs.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::app {
namespace {

Result<Exit> run_help(Context& context) {
    const std::string path = join(context.arguments().all("COMMAND"), " ");
    if (path.empty()) {
        context.out(overview(context.out_style()));
        return Exit::done;
    }
    if (const Command* command = find_command(path)) {
        context.out(command_help(*command, context.out_style()));
        return Exit::done;
    }
    if (std::ranges::find(command_groups(), path, &Group::name) != command_groups().end()) {
        context.out(group_help(path, context.out_style()));
        return Exit::done;
    }
    std::vector<std::string> paths;
    for (const Command& command : command_table()) {
        paths.push_back(command.path);
    }
    const auto near = closest(path, paths);
    return context.report(
        Error{
            .code = ErrorCode::not_found,
            .message = fmt::format("no command is called `{}`", path),
            .help = near ? fmt::format("did you mean `ducksnest help {}`?", *near)
                         : "`ducksnest help` lists the commands",
        },
        Exit::usage
    );
}

} // namespace

Command help_command() {
    return {
        .path = "help",
        .summary = "explain the commands",
        .description = "Shows all commands, or one command with its flags and examples. "
                       "`ducksnest COMMAND --help` is the same.",
        .arguments =
            {{.name = "COMMAND",
              .summary = "one or two words, such as `certs renew`",
              .is_repeated = true}},
        .examples = {{.command = "ducksnest help certs renew", .says = "one command"}},
        .run = run_help,
    };
}

} // namespace ducksnest::app
