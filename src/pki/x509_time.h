#pragma once

#include "base/time.h"
#include "pki/der.h"

namespace ducksnest::pki {

/// A Time (RFC 5280 section 4.1.2.5): UTCTime until 2049, GeneralizedTime from 2050 on.
void write_time(der::Writer& out, Instant time);
/// Only the form that `write_time` chooses for that year.
Result<Instant> read_time(der::Reader& in);

} // namespace ducksnest::pki
