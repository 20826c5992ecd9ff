#include "model/codes.h"

#include <array>

namespace ducksnest::model {
namespace {

constexpr std::array<Code, 2> table = {{
    {.id = "E0511",
     .title = "an unsupported version of PostgreSQL",
     .text = "Versions that the PostgreSQL project no longer mends are refused, and so are "
             "those that nixpkgs does not have yet.",
     .wrong = "version = 12",
     .right = "version = 17"},
    {.id = "E0512",
     .title = "a database member that is too small",
     .text = "PostgreSQL with Patroni beside it needs 256MiB of memory, and a volume of "
             "1GiB.",
     .wrong = "memory = \"64MiB\"",
     .right = "memory = \"512MiB\""},
}};

} // namespace

std::span<const Code> capacity_codes() {
    return table;
}

} // namespace ducksnest::model
