#pragma once

#include "io/file_descriptor.h"
#include "ports/tree_target.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ducksnest::io {

/// Makes a tree as the Nix store wants it: files with mode 0444 or 0555, folders with 0555, all of
/// 1970-01-01 00:00:01. Works through open folders, so that nothing which moves meanwhile can lead
/// it elsewhere; long runs of zeros become holes.
class PosixTreeTarget final : public TreeTarget {
public:
    /// The tree's root will be `name` in `folder`, which must outlive this.
    PosixTreeTarget(const FileDescriptor& folder, std::string name, std::string shown)
        : parent_(folder)
        , root_(std::move(name))
        , shown_(std::move(shown)) {}

    Result<void> begin_folder(std::string_view name) override;
    Result<void> end_folder() override;
    Result<void> begin_file(std::string_view name, FileMode mode, std::uint64_t size) override;
    Result<void> write(ByteView piece) override;
    Result<void> end_file() override;
    Result<void> add_symlink(std::string_view name, std::string_view target) override;

private:
    struct Open {
        FileDescriptor file{};
        std::string name{};
    };
    std::string entry(std::string_view name) const;
    int here() const { return folders_.empty() ? parent_.get() : folders_.back().file.get(); }
    std::unexpected<Error> failure(std::string_view action, const std::string& name) const;

    const FileDescriptor& parent_;
    std::string root_;
    std::string shown_; ///< The root, as errors name it.
    std::vector<Open> folders_{};
    Open file_{};
    FileMode mode_ = FileMode::plain;
    std::uint64_t written_ = 0;
    bool has_hole_at_end_ = false;
};

} // namespace ducksnest::io
