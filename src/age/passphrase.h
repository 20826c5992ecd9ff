#pragma once

#include "age/age.h"
#include "age/primitives.h"

#include <string_view>
#include <vector>

/// Files encrypted to a passphrase (https://c2sp.org/age, "The scrypt recipient type").
namespace ducksnest::age {

constexpr std::string_view scrypt_type = "scrypt";

/// `denied` when the passphrase is wrong or the file was not encrypted to one. The work factor may
/// be at most 22 as in age itself: 4 GiB of memory.
Result<FileKey>
unwrap_with_passphrase(const std::vector<Stanza>& stanzas, const Secret& passphrase);

} // namespace ducksnest::age
