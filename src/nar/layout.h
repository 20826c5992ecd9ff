#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ports/tree_source.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ducksnest::nar {

/// Where each byte of a tree's archive comes from, so that any part of the archive can be read
/// without the parts before it. Knows names and sizes only: its memory grows with the number of
/// files, not with their size.
class Layout {
public:
    /// The same errors as `write`.
    static Result<Layout> of(TreeSource& source);

    std::uint64_t size() const { return size_; } ///< Of the whole archive, in bytes.
    /// Fills `out` with the archive's bytes from `offset` on; all of them must be within its size.
    /// `source` is the tree that the layout was made of.
    Result<void> read(TreeSource& source, std::uint64_t offset, std::span<std::uint8_t> out) const;

private:
    class Survey;
    /// Framing, and the contents of the file behind it.
    struct Segment {
        std::uint64_t begin = 0; ///< In the archive.
        std::size_t framing_begin = 0;
        std::size_t framing_size = 0;
        std::uint64_t file_size = 0;
        std::string path{};
    };

    Bytes framing_{};
    std::vector<Segment> segments_{};
    std::uint64_t size_ = 0;
};

} // namespace ducksnest::nar
