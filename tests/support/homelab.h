#pragma once

#include "model/homelab.h"

#include <string>

namespace ducksnest::testing {

/// The model of a text that must be free of errors; the test fails and says why when it is not.
model::Homelab homelab_of(std::string text);

/// examples/ducksnest/homelab.toml.
std::string example_text();

} // namespace ducksnest::testing
