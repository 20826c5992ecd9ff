#pragma once

#include "ports/spool.h"

namespace ducksnest::io {

/// Files in a folder, which is emptied of earlier ones at the start. Others' files stay: ours end
/// with ".spool".
class FolderSpool final : public Spool {
public:
    /// Makes the folder, 0700, where there is none.
    static Result<std::unique_ptr<FolderSpool>> open(const std::string& folder);

    Result<std::unique_ptr<SpoolFile>> create(const std::string& name) override;
    Result<void> read(
        const std::string& name,
        std::uint64_t offset,
        const std::function<bool(ByteView piece)>& receiver
    ) override;
    Result<void> remove(const std::string& name) override;

private:
    explicit FolderSpool(std::string folder)
        : folder_(std::move(folder)) {}
    std::string path_of(const std::string& name) const;

    std::string folder_;
};

} // namespace ducksnest::io
