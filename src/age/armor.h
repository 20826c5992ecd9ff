#pragma once

#include "base/bytes.h"
#include "base/result.h"

/// The text form of an age file: strict PEM (https://c2sp.org/age, "ASCII armor").
namespace ducksnest::age {

/// Whether the file is meant as text: it starts, after white space, like any PEM block.
bool is_armored(ByteView file);

/// The binary file inside. Lines end in LF or CRLF, all but the last have 64 columns, base64 is
/// canonical, and only white space (at most 1,024 bytes) stands around the block; anything else is
/// `corrupt`.
Result<Bytes> decode_armor(ByteView file);

} // namespace ducksnest::age
