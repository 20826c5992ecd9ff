#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::diag {

/// A piece of a text, as byte offsets.
struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0; ///< Exclusive.
};

/// Where a text carries private keys or tokens that must never be shown again: the bodies of PEM
/// and PuTTY private keys, age identities (AGE-SECRET-KEY-1…), Tailscale keys (tskey-…) and Nix
/// signing secrets (64 bytes of base64 after a colon). In order, without overlap.
std::vector<Range> find_secrets(std::string_view text);

/// A value from the user's text for use inside a message: secrets and control characters masked,
/// cut to 60 characters, in backticks.
std::string quoted(std::string_view value);

} // namespace ducksnest::diag
