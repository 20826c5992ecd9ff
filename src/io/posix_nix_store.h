#pragma once

#include "ports/nix_store.h"

#include <memory>
#include <string>

namespace ducksnest::io {

/// The Nix store of this machine (root "/"), or one whose files lie below another folder, as
/// `nix --store DIR` has it: DIR/nix/store and DIR/nix/var/nix.
///
/// Errors: `not_found` (no store there), `denied`, `conflict` (another process adds paths to it),
/// `corrupt`.
Result<std::unique_ptr<NixStore>> open_nix_store(const std::string& root, StoreAccess access);

} // namespace ducksnest::io
