#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace ducksnest::cache {

/// Writes Zstandard frames (RFC 8878), each complete in itself: what stands behind one another is
/// one file to every reader. One thread at a time; keeps its work space.
class FrameEncoder {
public:
    FrameEncoder();
    ~FrameEncoder();
    FrameEncoder(const FrameEncoder&) = delete;
    FrameEncoder& operator=(const FrameEncoder&) = delete;

    /// Appends one frame; the answer is its size in bytes. Levels as zstd has them: 1 to 19, and
    /// negative ones that are faster still.
    std::size_t append_frame(Bytes& out, ByteView content, int level);
    /// Whether content is hardly worth compressing, judged by samples of it.
    bool is_dense(ByteView content);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The skippable frame of RFC 8878 section 3.1.2 with magic number 0x184D2A5D: for readers who know
/// what is in it.
void append_skippable_frame(Bytes& out, ByteView content);
inline constexpr std::size_t skippable_header = 8;
inline constexpr std::uint32_t skippable_magic = 0x184D2A5DU;

/// Takes pieces; a failure ends the work with that error.
using PlainSink = std::function<Result<void>(ByteView piece)>;

/// Decompresses bytes that come piece by piece, with bounded memory.
class Decompressor {
public:
    virtual ~Decompressor() = default;
    /// `corrupt` when the bytes are damaged.
    virtual Result<void> feed(ByteView piece, const PlainSink& sink) = 0;
    /// All bytes have come. `corrupt` when some are missing.
    virtual Result<void> finish(const PlainSink& sink) = 0;
};

/// For a narinfo's `Compression`: "none", "zstd" and "xz". `unsupported` for others.
Result<std::unique_ptr<Decompressor>> make_decompressor(std::string_view compression);

} // namespace ducksnest::cache
