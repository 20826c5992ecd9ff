#include "nar/layout.h"

#include "base/assert.h"
#include "nar/walk.h"

#include <algorithm>
#include <utility>

namespace ducksnest::nar {

/// Notes where contents stand instead of reading them.
class Layout::Survey final : public Parts {
public:
    explicit Survey(Layout& layout)
        : layout_(layout) {}

    Bytes& framing() override { return layout_.framing_; }

    Result<void> add_contents(const std::string& path, std::uint64_t size) override {
        close(size, path);
        return {};
    }
    Result<void> rest() override { return {}; }

    /// Ends a segment: the framing since the last one, and the file behind it.
    void close(std::uint64_t file_size, std::string path) {
        Segment segment{
            .begin = layout_.size_,
            .framing_begin = framing_done_,
            .framing_size = layout_.framing_.size() - framing_done_,
            .file_size = file_size,
            .path = std::move(path),
        };
        framing_done_ = layout_.framing_.size();
        layout_.size_ += segment.framing_size + segment.file_size;
        layout_.segments_.push_back(std::move(segment));
    }

private:
    Layout& layout_;
    std::size_t framing_done_ = 0;
};

Result<Layout> Layout::of(TreeSource& source) {
    Layout layout;
    Survey survey(layout);
    TRY(walk(source, survey));
    survey.close(0, "");
    return layout;
}

Result<void>
Layout::read(TreeSource& source, std::uint64_t offset, std::span<std::uint8_t> out) const {
    ASSERT(offset <= size_ && out.size() <= size_ - offset);
    auto segment = std::ranges::upper_bound(segments_, offset, {}, &Segment::begin);
    ASSERT(segment != segments_.begin());
    for (--segment; !out.empty(); ++segment) {
        std::uint64_t within = offset - segment->begin;
        if (within < segment->framing_size) {
            const auto count = std::min<std::size_t>(
                out.size(), segment->framing_size - static_cast<std::size_t>(within)
            );
            std::copy_n(
                framing_.begin() + static_cast<std::ptrdiff_t>(segment->framing_begin + within),
                count,
                out.begin()
            );
            out = out.subspan(count);
            offset += count;
            within += count;
        }
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(out.size(), segment->file_size + segment->framing_size - within)
        );
        if (count == 0) {
            continue;
        }
        if (TRY(source.read(segment->path, within - segment->framing_size, out.first(count))) <
            count) {
            return fail(
                ErrorCode::aborted, "`" + segment->path + "` became shorter while it was read"
            );
        }
        out = out.subspan(count);
        offset += count;
    }
    return {};
}

} // namespace ducksnest::nar
