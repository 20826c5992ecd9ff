#pragma once

#include "base/result.h"
#include "cache/narinfo.h"
#include "ports/object_store.h"

#include <stop_token>

namespace ducksnest::cache {

/// Stores a narinfo so that nobody who does the same at this moment loses anything: one that is
/// there stays, if its archive is there too, and gets the signatures it lacks. A damaged one is
/// replaced. `aborted` when others change it again and again.
Result<void> store_narinfo(ObjectStore& store, const Narinfo& narinfo, std::stop_token stop);

} // namespace ducksnest::cache
