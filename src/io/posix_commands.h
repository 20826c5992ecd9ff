#pragma once

#include "ports/commands.h"

namespace ducksnest::io {

/// Programs by fork(2) and execvpe(3), each in a session of its own: a Ctrl-C at our terminal ends
/// us, and our end ends them.
class PosixCommands final : public Commands {
public:
    Result<CommandResult> run(const CommandLine& line) override;
    std::unexpected<Error> become(const CommandLine& line) override;
};

} // namespace ducksnest::io
