#pragma once

#include <string>
#include <string_view>

/// What a component's log says of why it does not run.
namespace ducksnest::local {

/// The last lines, indented, each clipped in its middle: what klog and gRPC put at the end of a
/// line is the cause. Empty when the log is.
std::string last_lines(std::string_view log);

/// What to do about the causes that everybody meets, found by the words that Go's libraries and the
/// kernel use for them; empty when none of them is in the last lines.
std::string help_for(std::string_view log);

} // namespace ducksnest::local
