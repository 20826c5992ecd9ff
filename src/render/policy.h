#pragma once

#include "plan/tailnet_policy.h"

#include <string>
#include <string_view>

namespace ducksnest::render {

inline constexpr std::string_view policy_file = "tailnet/policy.hujson";

/// The tailnet's policy file: JSON with comments and trailing commas
/// (https://github.com/tailscale/hujson), every grant with its reason.
std::string render_policy(const plan::TailnetPolicy& policy);

} // namespace ducksnest::render
