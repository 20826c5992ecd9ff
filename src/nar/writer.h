#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ports/tree_source.h"

#include <cstdint>
#include <functional>

namespace ducksnest::nar {

/// Takes the archive piece by piece, in order; a failure ends the writing with that error.
using PieceSink = std::function<Result<void>(ByteView piece)>;

/// Writes a tree as a Nix archive, byte for byte as `nix-store --dump` does. Memory is bounded by
/// one buffer and the names of the folders on the way, not by any file's size.
///
/// Errors: those of the source and the sink; `aborted` when a file is shorter by now than its
/// folder's list said; `invalid` when a name cannot stand in an archive.
Result<void> write(TreeSource& source, const PieceSink& sink);

} // namespace ducksnest::nar
