#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ports/tree_target.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace ducksnest::nar {

struct Limits {
    /// An archive that is or says to be longer is refused, in bytes.
    std::uint64_t size_max = std::numeric_limits<std::uint64_t>::max();
    std::size_t depth_max = 500; ///< Folders inside folders.
};

/// Reads a Nix archive that comes piece by piece, and makes its tree as it goes. Strict: there is
/// exactly one archive for a tree, and everything else is `corrupt`, told with the byte's offset.
/// Memory is bounded by the depth of the tree.
class Reader {
public:
    /// The target must outlive the reader.
    explicit Reader(TreeTarget& target, Limits limits = {});

    /// The next piece of the archive, of any size. After a failure there is nothing more to feed.
    Result<void> feed(ByteView piece);
    /// The archive has ended. `corrupt` when it should not have.
    Result<void> finish();
    std::uint64_t offset() const { return offset_; } ///< Bytes read so far.

private:
    /// What the next token means.
    enum class Expect : std::uint8_t {
        magic,
        node_open,
        type_key,
        type,
        regular_key,      ///< "executable" or "contents".
        executable_value, ///< The empty string.
        contents_key,
        contents,
        target_key,
        target,
        node_close,
        entry_or_close, ///< In a folder.
        entry_open,
        name_key,
        name,
        node_key,
        entry_close,
        end,
    };
    /// Where in a token we are.
    enum class Part : std::uint8_t { length, body, padding };

    struct Folder {
        std::string last_name{};
        bool has_children = false;
    };

    Result<void> begin_body();
    Result<std::size_t> take_body(ByteView piece);
    Result<void> end_token();
    Result<void> take_token();
    Result<void> take_type();
    Result<void> take_regular_key();
    Result<void> take_entry_or_close();
    Result<void> take_name();
    Result<void> take_target();
    Result<void> close_node();
    Result<void> require(std::string_view keyword, Expect next);
    std::uint64_t length_max() const;
    std::unexpected<Error> corrupt(std::string_view why) const;

    TreeTarget& target_;
    Limits limits_;
    std::uint64_t offset_ = 0;
    Expect expect_ = Expect::magic;
    Part part_ = Part::length;
    std::uint64_t length_ = 0; ///< Of the token.
    std::uint64_t taken_ = 0;  ///< Bytes of the part that are already here.
    std::string token_{};      ///< All tokens but contents.
    std::string name_{};       ///< Of the node being read.
    bool is_executable_ = false;
    std::vector<Folder> folders_{};
};

} // namespace ducksnest::nar
