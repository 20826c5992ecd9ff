#pragma once

#include "diag/secrets.h"
#include "diag/span.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::diag {

/// Where an offset stands, for people: both count from 1, columns in code points.
struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

/// One text that diagnostics can point into. A byte order mark at its start is dropped.
class SourceFile {
public:
    SourceFile(std::string name, std::string text);

    const std::string& name() const { return name_; }
    std::string_view text() const { return text_; }
    std::uint32_t line_count() const { return static_cast<std::uint32_t>(line_starts_.size()); }
    Place place(std::uint32_t offset) const;
    /// The offset of a place; past the end of a line it is the end of that line.
    std::uint32_t offset(Place place) const;
    /// The text of a line (counted from 1) without its line end.
    std::string_view line(std::uint32_t number) const;
    /// The offset at which a line (counted from 1) starts.
    std::uint32_t line_start(std::uint32_t number) const;
    /// Part of a private key or token: nothing may show this byte.
    bool is_secret(std::uint32_t offset) const;

private:
    std::string name_;
    std::string text_;
    std::vector<std::uint32_t> line_starts_{};
    std::vector<Range> secrets_{};
};

/// The files of one run; a Span's `file` is an index into it.
class Sources {
public:
    std::uint32_t add(std::string name, std::string text);
    const SourceFile& at(std::uint32_t file) const { return files_.at(file); }

private:
    std::vector<SourceFile> files_{};
};

} // namespace ducksnest::diag
