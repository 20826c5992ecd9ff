#pragma once

#include "base/result.h"
#include "cache/signing.h"
#include "ports/nix_store.h"
#include "ports/object_store.h"
#include "ports/parallel.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace ducksnest::cache {

/// How far a push is.
struct PushProgress {
    std::size_t paths_total = 0; ///< That were not in the store yet.
    std::size_t paths_done = 0;
    std::uint64_t nar_bytes_total = 0; ///< To read.
    std::uint64_t nar_bytes_read = 0;
    std::uint64_t file_bytes_sent = 0; ///< Compressed.
    int level = 0;                     ///< Of the last block.
};

struct PushOptions {
    /// Null leaves new paths unsigned.
    const SigningKey* key = nullptr;
    /// 1 to 19, or 0: as high as the store's link leaves time for.
    int level = 0;
    std::size_t cores = 2;    ///< Threads that read, hash and compress.
    std::size_t uploads = 32; ///< Calls to the store at once.
    /// Called when all is stored, while what was pushed is still safe from collections.
    std::function<Result<void>()> finish{};
    /// Called a few times a second, on the caller's thread.
    std::function<void(const PushProgress&)> progress{};
};

struct PushReport {
    std::size_t paths = 0;         ///< In the closure.
    std::size_t paths_present = 0; ///< Were in the store already.
    std::size_t paths_pushed = 0;
    std::size_t nars_reused = 0;  ///< Archives that were there without their narinfo.
    std::uint64_t nar_bytes = 0;  ///< Of the archives that were made.
    std::uint64_t file_bytes = 0; ///< The same, compressed.
};

/// The doors of a push. `threads` must have at least `cores + uploads + 1`, since they wait for
/// each other; one after another in order will do while all archives fit into the outbox.
struct PushDoors {
    NixStore& nix;
    ObjectStore& store;
    Parallel& threads;
    Timer& timer;
    Random& random;
};

/// Makes the store have these paths: each archive is read once, and hashed, cut, compressed and
/// sent as it is read. `records` is a whole closure, references before referrers. Repeating it
/// after an end at any moment goes on where it was; what is there already is not sent again.
///
/// Pushes at the same time keep what each of them stores. Errors: those of the doors; `corrupt`
/// when a path is not what its hash says; `aborted` when it was held up for so long that a
/// collection may have passed it by.
Result<PushReport>
push(const PushDoors& doors, std::span<const PathRecord> records, const PushOptions& options);

/// What a push would have to do: the answer of the store, and nothing sent.
Result<PushReport> preview_push(const PushDoors& doors, std::span<const PathRecord> records);

} // namespace ducksnest::cache
