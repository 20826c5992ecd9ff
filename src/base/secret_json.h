#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <optional>
#include <string_view>

namespace ducksnest {

/// The text of one member of a JSON object, taken out of the parser's own buffer, which is wiped: a
/// Json would leave copies behind. Nothing when there is no such text. `corrupt` for what is not
/// valid JSON; no message repeats any of it. The caller wipes `json` itself.
Result<std::optional<Secret>> read_secret_member(std::string_view json, std::string_view member);

/// A JSON text (RFC 8259) with its quotes: what `append_json_string` writes, as a Secret.
Secret secret_json_text(const Secret& text);

} // namespace ducksnest
