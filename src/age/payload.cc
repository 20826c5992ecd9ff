#include "age/payload.h"

#include <algorithm>

namespace ducksnest::age {
namespace {

constexpr std::size_t sealed_chunk_size = chunk_size + aead_tag_size;

/// Eleven bytes of big-endian counter and one that marks the last chunk.
Nonce chunk_nonce(std::size_t index, bool is_last) {
    Nonce nonce{};
    for (std::size_t i = 0; i < sizeof index; ++i) {
        nonce[nonce.size() - 2 - i] = static_cast<std::uint8_t>((index >> (8 * i)) & 255U);
    }
    nonce.back() = is_last ? 1 : 0;
    return nonce;
}

/// An empty plaintext still has one chunk.
std::size_t chunk_count(std::size_t plaintext_size) {
    return plaintext_size == 0 ? 1 : (plaintext_size + chunk_size - 1) / chunk_size;
}

/// Room for the plaintext of so many sealed bytes, whole or not.
std::size_t opened_size(std::size_t sealed_bytes) {
    const std::size_t rest = sealed_bytes % sealed_chunk_size;
    return sealed_bytes / sealed_chunk_size * chunk_size + rest - std::min(rest, aead_tag_size);
}

struct OpenedChunk {
    bool is_genuine = false; ///< It was written by somebody who had the key, at this place.
    Result<void> outcome{};
};

struct Chunk {
    std::size_t index = 0;
    bool is_last = false;
    ByteView sealed{};
};

OpenedChunk open_chunk(const Key32& key, const Chunk& chunk, std::span<std::uint8_t> out) {
    const ByteView sealed = chunk.sealed;
    if (sealed.size() < aead_tag_size) {
        return {
            .outcome = fail(ErrorCode::corrupt, "the file was cut off in the middle of a chunk")
        };
    }
    if (sealed.size() == aead_tag_size && chunk.index > 0) {
        return {.outcome = fail(ErrorCode::corrupt, "the last chunk is empty")};
    }
    if (open(key, chunk_nonce(chunk.index, chunk.is_last), sealed, out)) {
        return {.is_genuine = true};
    }
    // Telling a cut or lengthened file from an altered one costs one more try, on failure only.
    if (sealed.size() == sealed_chunk_size &&
        open(key, chunk_nonce(chunk.index, !chunk.is_last), sealed, out)) {
        const char* what = chunk.is_last ? "the file was cut off after a whole chunk"
                                         : "there are bytes after the last chunk";
        return {.is_genuine = true, .outcome = fail(ErrorCode::corrupt, what)};
    }
    return {.outcome = fail(ErrorCode::corrupt, "the payload was altered after it was written")};
}

} // namespace

Key32 payload_key(const FileKey& file_key, ByteView nonce) {
    return hkdf_sha256(file_key.view(), nonce, "payload");
}

std::size_t sealed_size(std::size_t plaintext_size) {
    return plaintext_size + chunk_count(plaintext_size) * aead_tag_size;
}

void append_payload(Bytes& out, const Key32& key, ByteView plaintext) {
    const std::size_t count = chunk_count(plaintext.size());
    std::size_t position = out.size();
    out.resize(out.size() + sealed_size(plaintext.size()));
    for (std::size_t i = 0; i < count; ++i) {
        const ByteView chunk = plaintext.first(std::min(plaintext.size(), chunk_size));
        plaintext = plaintext.subspan(chunk.size());
        const auto sealed = std::span(out).subspan(position, chunk.size() + aead_tag_size);
        seal(key, chunk_nonce(i, i + 1 == count), chunk, sealed);
        position += sealed.size();
    }
}

OpenedPayload open_payload(const Key32& key, ByteView sealed) {
    // Sized once, so that no copy of the plaintext is left behind by a growing buffer.
    OpenedPayload opened{.plaintext = Secret(opened_size(sealed.size()))};
    std::size_t written = 0;
    Chunk chunk;
    while (!chunk.is_last && opened.outcome) {
        chunk.sealed = sealed.first(std::min(sealed.size(), sealed_chunk_size));
        sealed = sealed.subspan(chunk.sealed.size());
        chunk.is_last = sealed.empty();
        const std::size_t size = opened_size(chunk.sealed.size());
        OpenedChunk result = open_chunk(key, chunk, opened.plaintext.span().subspan(written, size));
        written += result.is_genuine ? size : 0;
        opened.outcome = std::move(result.outcome);
        ++chunk.index;
    }
    if (!opened.outcome) {
        opened.plaintext = Secret(opened.plaintext.view().first(written));
    }
    return opened;
}

} // namespace ducksnest::age
