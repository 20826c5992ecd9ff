#pragma once

#include "base/bytes.h"

#include <optional>
#include <string>
#include <vector>

/// The public test vectors of age (https://c2sp.org/CCTV/age), one file each.
namespace ducksnest::age::testing {

struct Vector {
    std::string name{};
    std::string expect{};  ///< "success", "no match", "HMAC failure", "header failure", ….
    std::string payload{}; ///< SHA-256 of what comes out, in hexadecimal; may be empty.
    std::vector<std::string> identities{};
    std::vector<std::string> passphrases{};
    bool is_armored = false;
    Bytes file{};
};

/// Where `./x fetch` put the vectors; the environment's DUCKSNEST_AGE_VECTORS goes first.
std::string vectors_folder();

/// All vectors, sorted by name. Fails the running test when a file has a key that is not known.
std::vector<Vector> read_vectors(const std::string& folder);

} // namespace ducksnest::age::testing
