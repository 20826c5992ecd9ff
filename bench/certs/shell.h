#pragma once

#include "pki/spec.h"

#include <cstddef>
#include <string>

namespace ducksnest::bench {

/// How many certificates the pipeline works on at a time, and on which cores.
struct ShellOptions {
    std::size_t jobs = 1;
    bool is_on_one_core = false;
};

/// Makes the same PKI below `folder` the way scripts do, with one openssl(1) process for each key,
/// request and certificate and one age(1) for each sealed key. Returns false when a step failed.
bool run_shell(const pki::TrustPlan& trust, const std::string& folder, ShellOptions options);

} // namespace ducksnest::bench
