#include "nar/reader.h"

#include "nar/format.h"

#include <algorithm>
#include <array>

namespace ducksnest::nar {
namespace {

/// No keyword is longer than this.
constexpr std::uint64_t keyword_max = 13;

/// What was read, safe to show.
std::string shown(std::string_view token) {
    std::string text = "`";
    for (const char letter : token) {
        text += letter >= 0x20 && letter < 0x7f ? letter : '?';
    }
    return text + "`";
}

} // namespace

Reader::Reader(TreeTarget& target, Limits limits)
    : target_(target)
    , limits_(limits) {}

std::unexpected<Error> Reader::corrupt(std::string_view why) const {
    return fail(
        ErrorCode::corrupt,
        "invalid Nix archive at byte " + std::to_string(offset_) + ": " + std::string(why)
    );
}

Result<void> Reader::feed(ByteView piece) {
    while (!piece.empty()) {
        if (expect_ == Expect::end) {
            return corrupt("there is more behind its end");
        }
        std::size_t used = 1;
        switch (part_) {
        case Part::length:
            length_ |= static_cast<std::uint64_t>(piece.front()) << (8 * taken_);
            if (++taken_ == 8) {
                TRY(begin_body());
            }
            break;
        case Part::body:
            used = TRY(take_body(piece));
            break;
        case Part::padding:
            if (piece.front() != 0) {
                return corrupt("padding is not zero");
            }
            if (++taken_ == padding_of(length_)) {
                TRY(end_token());
            }
            break;
        }
        offset_ += used;
        piece = piece.subspan(used);
    }
    return {};
}

Result<void> Reader::finish() {
    if (expect_ != Expect::end) {
        return corrupt("it ends too early");
    }
    return {};
}

std::uint64_t Reader::length_max() const {
    switch (expect_) {
    case Expect::contents:
        return limits_.size_max;
    case Expect::target:
        return target_max;
    case Expect::name:
        return name_max;
    case Expect::magic:
    case Expect::node_open:
    case Expect::type_key:
    case Expect::type:
    case Expect::regular_key:
    case Expect::executable_value:
    case Expect::contents_key:
    case Expect::target_key:
    case Expect::node_close:
    case Expect::entry_or_close:
    case Expect::entry_open:
    case Expect::name_key:
    case Expect::node_key:
    case Expect::entry_close:
    case Expect::end:
        return keyword_max;
    }
    return keyword_max;
}

Result<void> Reader::begin_body() {
    if (length_ > length_max()) {
        return corrupt("a length of " + std::to_string(length_) + " bytes is too long here");
    }
    // The length's last byte is not counted in the offset yet.
    if (length_ > limits_.size_max - std::min(limits_.size_max, offset_ + 1)) {
        return corrupt(
            "it would be longer than the " + std::to_string(limits_.size_max) + " bytes it may have"
        );
    }
    part_ = Part::body;
    taken_ = 0;
    token_.clear();
    if (expect_ == Expect::contents) {
        const FileMode mode = is_executable_ ? FileMode::executable : FileMode::plain;
        TRY(target_.begin_file(name_, mode, length_));
    }
    if (length_ == 0) {
        return end_token();
    }
    return {};
}

Result<std::size_t> Reader::take_body(ByteView piece) {
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), length_ - taken_));
    if (expect_ == Expect::contents) {
        TRY(target_.write(piece.first(count)));
    } else {
        token_ += as_text(piece.first(count));
    }
    taken_ += count;
    if (taken_ == length_) {
        part_ = Part::padding;
        taken_ = 0;
        if (padding_of(length_) == 0) {
            TRY(end_token());
        }
    }
    return count;
}

Result<void> Reader::end_token() {
    part_ = Part::length;
    taken_ = 0;
    TRY(take_token());
    length_ = 0;
    return {};
}

Result<void> Reader::require(std::string_view keyword, Expect next) {
    if (token_ != keyword) {
        return corrupt("`" + std::string(keyword) + "` expected, not " + shown(token_));
    }
    expect_ = next;
    return {};
}

Result<void> Reader::take_token() {
    switch (expect_) {
    case Expect::magic:
        return require(magic_token, Expect::node_open);
    case Expect::node_open:
        return require("(", Expect::type_key);
    case Expect::type_key:
        return require("type", Expect::type);
    case Expect::type:
        return take_type();
    case Expect::regular_key:
        return take_regular_key();
    case Expect::executable_value:
        return require("", Expect::contents_key);
    case Expect::contents_key:
        return require("contents", Expect::contents);
    case Expect::contents:
        expect_ = Expect::node_close;
        return target_.end_file();
    case Expect::target_key:
        return require("target", Expect::target);
    case Expect::target:
        return take_target();
    case Expect::node_close:
        TRY(require(")", Expect::end));
        return close_node();
    case Expect::entry_or_close:
        return take_entry_or_close();
    case Expect::entry_open:
        return require("(", Expect::name_key);
    case Expect::name_key:
        return require("name", Expect::name);
    case Expect::name:
        return take_name();
    case Expect::node_key:
        return require("node", Expect::node_open);
    case Expect::entry_close:
        return require(")", Expect::entry_or_close);
    case Expect::end:
        break;
    }
    return corrupt("there is more behind its end");
}

Result<void> Reader::take_type() {
    if (token_ == "regular") {
        is_executable_ = false;
        expect_ = Expect::regular_key;
    } else if (token_ == "symlink") {
        expect_ = Expect::target_key;
    } else if (token_ == "directory") {
        if (folders_.size() == limits_.depth_max) {
            return corrupt(
                "folders are nested deeper than " + std::to_string(limits_.depth_max) + " levels"
            );
        }
        TRY(target_.begin_folder(name_));
        folders_.emplace_back();
        expect_ = Expect::entry_or_close;
    } else {
        return corrupt("unknown file type " + shown(token_));
    }
    return {};
}

Result<void> Reader::take_regular_key() {
    if (token_ == "executable") {
        is_executable_ = true;
        expect_ = Expect::executable_value;
        return {};
    }
    if (token_ == "contents") {
        expect_ = Expect::contents;
        return {};
    }
    return corrupt("`executable` or `contents` expected, not " + shown(token_));
}

Result<void> Reader::take_target() {
    if (token_.empty()) {
        return corrupt("a symbolic link has an empty target");
    }
    if (token_.find('\0') != std::string::npos) {
        return corrupt("the target of a symbolic link has a NUL");
    }
    expect_ = Expect::node_close;
    return target_.add_symlink(name_, token_);
}

Result<void> Reader::take_entry_or_close() {
    if (token_ == "entry") {
        expect_ = Expect::entry_open;
        return {};
    }
    if (token_ == ")") {
        folders_.pop_back();
        TRY(target_.end_folder());
        return close_node();
    }
    return corrupt("`entry` or `)` expected, not " + shown(token_));
}

Result<void> Reader::take_name() {
    if (!is_entry_name(token_)) {
        return corrupt("the name " + shown(token_) + " is not allowed");
    }
    Folder& folder = folders_.back();
    if (folder.has_children && token_ <= folder.last_name) {
        return corrupt(
            token_ == folder.last_name
                ? "the name " + shown(token_) + " comes twice"
                : "the name " + shown(token_) + " stands behind " + shown(folder.last_name)
        );
    }
    folder.has_children = true;
    folder.last_name = token_;
    name_ = token_;
    expect_ = Expect::node_key;
    return {};
}

Result<void> Reader::close_node() {
    expect_ = folders_.empty() ? Expect::end : Expect::entry_close;
    return {};
}

} // namespace ducksnest::nar
