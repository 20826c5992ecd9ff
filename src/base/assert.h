#pragma once

#include <source_location>

namespace ducksnest {

/// Reports a broken invariant on stderr and aborts. A bug in ducksnest, never a mistake of the
/// user.
[[noreturn]] void fail_assertion(const char* condition, std::source_location where);

} // namespace ducksnest

/// Checks an invariant; stays on in release builds.
#define ASSERT(condition)                                                                          \
    (static_cast<bool>(condition)                                                                  \
         ? void(0)                                                                                 \
         : ::ducksnest::fail_assertion(#condition, std::source_location::current()))
