#include "deploy/run.h"

#include "deploy/trial.h"

#include <fmt/format.h>

namespace ducksnest::deploy {

Result<void> run(Commands& commands, const CommandLine& line) {
    const CommandResult said = TRY(commands.run(line));
    if (said.is_success()) {
        return {};
    }
    constexpr std::size_t said_max = 2000;
    const std::string text = last_lines(said.err.empty() ? said.out : said.err, said_max);
    return fail(
        ErrorCode::unavailable,
        fmt::format("`{}` ended with {}: {}", line.words[0], said.exit, text)
    );
}

} // namespace ducksnest::deploy
