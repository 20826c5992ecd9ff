#pragma once

#include "plan/plan.h"

#include <string>
#include <string_view>

namespace ducksnest::render {

inline constexpr std::string_view lock_file = "homelab.lock.json";
inline constexpr std::string_view lock_schema = "ducksnest.lock/1";

/// The plan as committed beside homelab.toml: canonical JSON, `schema` first, then sorted keys; no
/// time, no path of this machine. What nodes share stands once under `profiles`; a node has its own
/// units and files and the name of its profile. A reader takes both:
/// `units = profiles.${node.profile}.units ++ node.units`, started in `start_order`.
/// docs/schema/lock.schema.json describes it.
std::string render_lock(const plan::Plan& plan);

} // namespace ducksnest::render
