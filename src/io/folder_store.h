#pragma once

#include "ports/object_store.h"

#include <atomic>
#include <mutex>
#include <string>

namespace ducksnest::io {

/// Objects as files below one folder, as `file://` caches of Nix have them. Every write goes to a
/// file of its own in `.incoming`, is flushed, and takes its place by one rename or link, so that
/// readers and crashes see whole objects only; the first write of a process removes what killed
/// ones have left there. Several processes may share the folder. Symbolic links below it are not
/// followed. Content type and cache control have no place in a file and are dropped.
class FolderStore final : public ObjectStore {
public:
    /// The folder is made by the first put.
    explicit FolderStore(std::string folder)
        : folder_(std::move(folder)) {}

    Result<ObjectInfo>
    get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) override;
    Result<ObjectInfo>
    put(const std::string& key, const ObjectSource& source, const PutOptions& options) override;
    Result<std::optional<ObjectInfo>> head(const std::string& key) override;
    Result<void> list(const ListQuery& query, const EntryReceiver& receiver) override;
    Result<void> remove(const std::string& key) override;

private:
    Result<std::string> place_of(const std::string& key) const;
    Result<void> prepare();
    Result<ObjectInfo>
    publish(const std::string& temporary, const std::string& key, const PutOptions& options);
    /// False when the receiver has had enough.
    Result<bool>
    list_folder(const std::string& folder, const ListQuery& query, const EntryReceiver& receiver);

    std::string folder_;
    std::mutex mutex_{};
    bool is_prepared_ = false;
    std::atomic<std::uint64_t> writes_ = 0;
};

} // namespace ducksnest::io
