#pragma once

#include "base/result.h"
#include "base/time.h"

#include <string>

namespace ducksnest::app {

/// Whether a client certificate is in its time, before a server says no more than "unauthorized".
/// `unauthenticated` tells an expired one from one that begins later, which is a wrong clock as
/// often as not. `origin` is the file that it came with. A certificate that is none of ours (RSA,
/// other extensions) is the server's to judge; so is none at all.
Result<void>
check_client_certificate(const std::string& pem, Instant now, const std::string& origin);

} // namespace ducksnest::app
