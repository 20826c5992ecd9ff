#include "cache/compression.h"

#include "base/assert.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <string>

namespace ducksnest::cache {
namespace {

/// A sample that shrinks by less than one part in 32 stands for content not worth the work.
constexpr std::size_t sample_size = std::size_t{4} << 10U;
constexpr std::size_t samples_max = 4;
constexpr std::size_t dense_part = 32;

void append_u32(Bytes& out, std::uint32_t value) {
    for (unsigned int shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

} // namespace

struct FrameEncoder::State {
    struct Free {
        void operator()(ZSTD_CCtx* used) const { ZSTD_freeCCtx(used); }
    };
    std::unique_ptr<ZSTD_CCtx, Free> context{ZSTD_createCCtx()};
    Bytes scratch{};
};

FrameEncoder::FrameEncoder()
    : state_(std::make_unique<State>()) {
    ASSERT(state_->context != nullptr);
}

FrameEncoder::~FrameEncoder() = default;

std::size_t FrameEncoder::append_frame(Bytes& out, ByteView content, int level) {
    const std::size_t before = out.size();
    out.resize(before + ZSTD_compressBound(content.size()));
    const std::size_t size = ZSTD_compressCCtx(
        state_->context.get(),
        out.data() + before,
        out.size() - before,
        content.data(),
        content.size(),
        level
    );
    ASSERT(ZSTD_isError(size) == 0); // Only possible for want of room.
    out.resize(before + size);
    return size;
}

bool FrameEncoder::is_dense(ByteView content) {
    const std::size_t count = std::min(samples_max, content.size() / sample_size);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t step = (content.size() - sample_size) / count;
        state_->scratch.clear();
        const std::size_t size =
            append_frame(state_->scratch, content.subspan(i * step, sample_size), 1);
        if (size < sample_size - sample_size / dense_part) {
            return false;
        }
    }
    return count > 0;
}

void append_skippable_frame(Bytes& out, ByteView content) {
    append_u32(out, skippable_magic);
    append_u32(out, static_cast<std::uint32_t>(content.size()));
    append(out, content);
}

} // namespace ducksnest::cache
