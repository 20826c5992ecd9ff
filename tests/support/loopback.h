#pragma once

#include <cstddef>
#include <string>

/// What tests need that start real servers on loopback.
namespace ducksnest::testing {

/// One that was free a moment ago: the kernel does not give it out again at once.
int free_port();
/// Whether somebody listens there.
bool answers(int port);
/// Hexadecimal, of so many random bytes: names and keys that are made up.
std::string random_word(std::size_t bytes);
/// The path that a script of tools/ prints. Throws when the script fails.
std::string tool(const std::string& script);

} // namespace ducksnest::testing
