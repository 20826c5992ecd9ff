#include "cache/compression.h"

#include <lzma.h>
#include <zstd.h>

#include <string>

namespace ducksnest::cache {
namespace {

/// Windows up to 128 MiB would be allowed by zstd itself; a cache's archives need 8 MiB at
/// level 19.
constexpr int zstd_window_log_max = 26;
/// What `xz -9` needs to read (xz(1)).
constexpr std::uint64_t xz_memory_max = std::uint64_t{80} << 20U;
constexpr std::size_t piece_size = std::size_t{128} << 10U;

class Plain final : public Decompressor {
public:
    Result<void> feed(ByteView piece, const PlainSink& sink) override { return sink(piece); }
    Result<void> finish(const PlainSink& /*sink*/) override { return {}; }
};

class Zstd final : public Decompressor {
public:
    Zstd() { ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, zstd_window_log_max); }

    Result<void> feed(ByteView piece, const PlainSink& sink) override {
        ZSTD_inBuffer in{.src = piece.data(), .size = piece.size(), .pos = 0};
        // Once more when the room was used up: more may wait inside.
        for (bool is_full = false; in.pos < in.size || is_full;) {
            ZSTD_outBuffer out{.dst = room_.data(), .size = room_.size(), .pos = 0};
            const std::size_t hint = ZSTD_decompressStream(context_.get(), &out, &in);
            if (ZSTD_isError(hint) != 0) {
                return fail(
                    ErrorCode::corrupt, std::string("invalid zstd data: ") + ZSTD_getErrorName(hint)
                );
            }
            is_inside_ = hint != 0;
            is_full = out.pos == out.size;
            if (out.pos > 0) {
                TRY(sink(ByteView(room_).first(out.pos)));
            }
        }
        return {};
    }

    Result<void> finish(const PlainSink& /*sink*/) override {
        return is_inside_ ? Result<void>(fail(ErrorCode::corrupt, "the zstd data ends too early"))
                          : Result<void>();
    }

private:
    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
    Bytes room_ = Bytes(piece_size);
    bool is_inside_ = true; ///< An empty file is no zstd data.
};

class Xz final : public Decompressor {
public:
    Xz() { is_ready_ = lzma_stream_decoder(&stream_, xz_memory_max, LZMA_CONCATENATED) == LZMA_OK; }
    Xz(const Xz&) = delete;
    Xz& operator=(const Xz&) = delete;
    ~Xz() override { lzma_end(&stream_); }

    Result<void> feed(ByteView piece, const PlainSink& sink) override {
        return run(piece, LZMA_RUN, sink);
    }
    Result<void> finish(const PlainSink& sink) override { return run({}, LZMA_FINISH, sink); }

private:
    Result<void> run(ByteView piece, lzma_action action, const PlainSink& sink) {
        if (!is_ready_) {
            return fail(ErrorCode::unavailable, "no memory to read xz data");
        }
        stream_.next_in = piece.data();
        stream_.avail_in = piece.size();
        for (;;) {
            stream_.next_out = room_.data();
            stream_.avail_out = room_.size();
            const lzma_ret outcome = lzma_code(&stream_, action);
            const std::size_t count = room_.size() - stream_.avail_out;
            if (count > 0) {
                TRY(sink(ByteView(room_).first(count)));
            }
            if (outcome == LZMA_STREAM_END) {
                return {};
            }
            if (outcome != LZMA_OK && !(outcome == LZMA_BUF_ERROR && action == LZMA_RUN)) {
                return fail(
                    ErrorCode::corrupt,
                    outcome == LZMA_BUF_ERROR ? "the xz data ends too early"
                    : outcome == LZMA_MEMLIMIT_ERROR
                        ? "the xz data needs more than 80 MiB to be read"
                        : "invalid xz data"
                );
            }
            if (action == LZMA_RUN && stream_.avail_in == 0 && stream_.avail_out > 0) {
                return {};
            }
        }
    }

    lzma_stream stream_ = LZMA_STREAM_INIT;
    Bytes room_ = Bytes(piece_size);
    bool is_ready_ = false;
};

} // namespace

Result<std::unique_ptr<Decompressor>> make_decompressor(std::string_view compression) {
    if (compression == "zstd") {
        return std::make_unique<Zstd>();
    }
    if (compression == "xz") {
        return std::make_unique<Xz>();
    }
    if (compression == "none" || compression.empty()) {
        return std::make_unique<Plain>();
    }
    return fail(
        ErrorCode::unsupported,
        "archives compressed with `" + std::string(compression) + "` cannot be read",
        "push the path again with zstd, xz or none"
    );
}

} // namespace ducksnest::cache
