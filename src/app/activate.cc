#include "app/activate.h"

#include "deploy/node_paths.h"

#include <string>

namespace ducksnest::app {

NodeGround::NodeGround(Context& context)
    : files_(context.open_folder("/"))
    , launcher_(context.open_launcher(std::string(deploy::state_folder) + "/jobs"))
    , activation_(
          {.files = *files_,
           .commands = context.commands(),
           .launcher = *launcher_,
           .system = context.node_system(),
           .timer = context.timer()},
          context.processes().self()
      ) {}

Flag token_flag() {
    return {
        .name = "token",
        .value = Value::text,
        .metavar = "TOKEN",
        .summary = "what names the deployment"
    };
}

} // namespace ducksnest::app
