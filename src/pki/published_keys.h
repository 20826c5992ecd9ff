#pragma once

#include "base/result.h"
#include "pki/spec.h"
#include "ports/files.h"

#include <string>

namespace ducksnest::pki {

/// Refuses (`denied`) a plan whose host or operator key has its private half among these files of
/// the homelab's folder: whoever clones the folder could open what is encrypted to it. Finds
/// OpenSSH key files, also those with a passphrase, PEM keys without one, and age identities.
Result<void> refuse_published_keys(const TrustPlan& plan, const Tree& key_files);

} // namespace ducksnest::pki
