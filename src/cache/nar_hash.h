#pragma once

#include "base/digest.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace ducksnest::cache {

/// "sha256:" and Nix's base 32, as narinfos have it.
std::string format_hash(const Sha256& hash);
/// SHA-256 in any spelling of Nix: "sha256:" with base 32, hexadecimal or base 64 behind it, or
/// "sha256-" and base 64.
Result<Sha256> parse_hash(std::string_view text);

} // namespace ducksnest::cache
