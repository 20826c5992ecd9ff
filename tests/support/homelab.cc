#include "support/homelab.h"

#include "config/load.h"
#include "plan/check.h"
#include "support/golden.h"

#include <doctest/doctest.h>

namespace ducksnest::testing {

model::Homelab homelab_of(std::string text) {
    diag::Sources sources;
    const std::uint32_t file = sources.add("homelab.toml", std::move(text));
    config::Loaded loaded = config::load(sources, file);
    INFO(diag::render_all(loaded.diagnostics, sources));
    REQUIRE(!diag::has_errors(loaded.diagnostics));
    REQUIRE(loaded.homelab.has_value());
    return std::move(*loaded.homelab);
}

std::string example_text() {
    return read_source_file("examples/ducksnest/homelab.toml");
}

} // namespace ducksnest::testing
