#pragma once

#include "model/homelab.h"

#include <string>

namespace ducksnest::plan {

/// "sha256-<hex>" over everything the model says. Where and in which order the file says it does
/// not count, nor do comments and defaults that are written out.
std::string digest_of(const model::Homelab& homelab);

} // namespace ducksnest::plan
