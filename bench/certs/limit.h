#pragma once

#include "pki/spec.h"
#include "ports/parallel.h"

#include <cstddef>

namespace ducksnest::bench {

/// The public-key operations without which a PKI cannot be made, counted from its plan.
struct Operations {
    std::size_t key_pairs = 0;  ///< P-256 scalar times generator.
    std::size_t signatures = 0; ///< ECDSA over P-256.
    /// Two per recipient of a file: an ephemeral key, and the secret shared with the recipient. The
    /// tweak of an ssh-ed25519 key does not depend on the file and scalars commute, so it is
    /// applied to the recipient's point: one per reader, not a third per file. That the point lies
    /// on the curve has to be checked as well, yet is not counted; nor are hashes, ChaCha20 and
    /// DER.
    std::size_t x25519 = 0;
};

Operations operations_of(const pki::TrustPlan& trust);

/// Does exactly these, bare, with OpenSSL and libsodium, on the given threads: the time that
/// nothing can beat.
void run_bare(const Operations& operations, Parallel& parallel);

} // namespace ducksnest::bench
