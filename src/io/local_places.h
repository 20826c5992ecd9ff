#pragma once

#include "base/result.h"

#include <string>

namespace ducksnest::io {

/// Whether a server could listen there now: an IPv4 address of this machine and a TCP port.
bool is_port_free(const std::string& address, int port);

/// Removes a folder and all that is in it; one that is not there is no error. Symbolic links are
/// removed, not followed.
Result<void> remove_folder(const std::string& folder);

} // namespace ducksnest::io
