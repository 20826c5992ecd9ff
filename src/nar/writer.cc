#include "nar/writer.h"

#include "nar/walk.h"

#include <algorithm>
#include <string>

namespace ducksnest::nar {
namespace {

/// Framing and small files gather here, so that the sink gets few pieces.
constexpr std::size_t buffer_size = 256U << 10U;

class Writer final : public Parts {
public:
    Writer(TreeSource& source, const PieceSink& sink)
        : source_(source)
        , sink_(sink) {
        buffer_.reserve(buffer_size);
    }

    Bytes& framing() override { return buffer_; }

    Result<void> add_contents(const std::string& path, std::uint64_t size) override {
        for (std::uint64_t done = 0; done < size;) {
            TRY(rest());
            const std::size_t before = buffer_.size();
            const auto room =
                static_cast<std::size_t>(std::min<std::uint64_t>(size - done, buffer_size - before)
                );
            buffer_.resize(before + room);
            const std::size_t count =
                TRY(source_.read(path, done, std::span(buffer_).subspan(before)));
            if (count < room) {
                return fail(
                    ErrorCode::aborted,
                    "`" + path + "` became shorter while it was read",
                    "`nix-store --verify --check-contents` tells which store paths are damaged"
                );
            }
            done += count;
        }
        return {};
    }

    Result<void> rest() override {
        return buffer_.size() > buffer_size / 2 ? flush() : Result<void>();
    }

    Result<void> flush() {
        TRY(sink_(buffer_));
        buffer_.clear();
        return {};
    }

private:
    TreeSource& source_;
    const PieceSink& sink_;
    Bytes buffer_{};
};

} // namespace

Result<void> write(TreeSource& source, const PieceSink& sink) {
    Writer writer(source, sink);
    TRY(walk(source, writer));
    return writer.flush();
}

} // namespace ducksnest::nar
