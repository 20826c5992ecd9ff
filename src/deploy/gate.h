#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::deploy {

/// What a deployer may do on a node besides `ducksnest activate …`.
enum class Copies : std::uint8_t {
    refused,
    allowed, ///< `nix-store --serve --write`: whoever may do that may run any code.
};

/// The program that a deployer's SSH connection asked for, when it may have it. No shell sees the
/// text: it is split at spaces, with single quotes and backslashes as a shell has them, and
/// anything else that a shell would act on is refused. `denied`: it may not.
Result<std::vector<std::string>> pass_gate(std::string_view command, Copies copies);

/// A word for the other side, be that a shell or the gate.
std::string quote_word(std::string_view word);

} // namespace ducksnest::deploy
