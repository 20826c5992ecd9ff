#pragma once

#include "age/age.h"
#include "age/primitives.h"
#include "base/bytes.h"
#include "base/result.h"

#include <cstddef>
#include <vector>

/// The textual header of an age file (https://c2sp.org/age, "Header").
namespace ducksnest::age {

/// A header that has the right form. Nothing of it can be trusted before `verify_mac`.
struct Header {
    std::vector<Stanza> stanzas{};
    Mac mac{};
    std::size_t authenticated_size = 0; ///< Bytes under the MAC: up to and including "---".
    std::size_t size = 0;               ///< Bytes up to the nonce.
};

/// Reads the header at the start of a binary file. `corrupt` when any rule of the format is broken:
/// the text has exactly one spelling, so the bytes read are the bytes the MAC covers. At most 1 MiB
/// and 1,024 stanzas; more is `unsupported`.
Result<Header> parse_header(ByteView file);

void append_version_line(Bytes& out);
void append_stanza(Bytes& out, const Stanza& stanza);
/// "--- MAC\n" for the header written so far.
void append_footer(Bytes& out, const FileKey& file_key);

/// `corrupt` when the header was altered after it was written.
Result<void> verify_mac(ByteView file, const Header& header, const FileKey& file_key);

} // namespace ducksnest::age
