#include "app/completions.h"
#include "support/golden.h"

#include <doctest/doctest.h>

using namespace ducksnest;

// All of them are written from the command table: `DUCKSNEST_ACCEPT=1 ctest --preset dev -R
// cli_docs`.

TEST_CASE("the reference is what the command table says") {
    testing::check_golden("docs/cli.md", app::command_reference());
}

TEST_CASE("the manual page is what the command table says") {
    testing::check_golden("docs/man/ducksnest.1", app::manual_page());
}

TEST_CASE("the completions are what the command table says") {
    testing::check_golden("docs/completions/ducksnest.bash", app::bash_completions());
    testing::check_golden("docs/completions/_ducksnest", app::zsh_completions());
    testing::check_golden("docs/completions/ducksnest.fish", app::fish_completions());
}
