#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <optional>
#include <string_view>

namespace ducksnest::aws {

/// The value in an answer to GetSecretValue, whichever form it has; nothing when it has none. Each
/// text is wiped as soon as it was read. `corrupt` never repeats any of it.
Result<std::optional<Secret>> read_secret_answer(std::string_view body);

} // namespace ducksnest::aws
