#pragma once

#include "age/primitives.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

#include <array>
#include <cstddef>

/// The payload of an age file: STREAM with ChaCha20-Poly1305 in chunks of 64 KiB
/// (https://c2sp.org/age, "Payload").
namespace ducksnest::age {

constexpr std::size_t chunk_size = std::size_t{64} * 1024;
constexpr std::size_t payload_nonce_size = 16;

/// The key of a payload, from the file's key and the 16 bytes after the header.
Key32 payload_key(const FileKey& file_key, ByteView nonce);

/// The size of the chunks with their tags.
std::size_t sealed_size(std::size_t plaintext_size);

/// Appends the sealed chunks.
void append_payload(Bytes& out, const Key32& key, ByteView plaintext);

/// What came out of a payload. On failure `plaintext` still holds the chunks before the bad one:
/// each is genuine, the whole is not.
struct OpenedPayload {
    Secret plaintext{};
    Result<void> outcome{};
};

OpenedPayload open_payload(const Key32& key, ByteView sealed);

} // namespace ducksnest::age
