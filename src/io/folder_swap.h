#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "io/file_descriptor.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::io {

struct Owner {
    uid_t user = 0;
    gid_t group = 0;
};

/// One file of the set that a folder shall become.
struct StagedFile {
    std::string path{}; ///< As `check_tree_path` wants it.
    ByteView bytes{};
    mode_t mode = 0644;
    std::optional<Owner> owner{}; ///< Absent: whoever runs us.
};

enum class Exchange : std::uint8_t {
    kernel,      ///< renameat2(2) with RENAME_EXCHANGE: no moment without the folder.
    two_renames, ///< For file systems without it; see `recover_folder`.
};

struct SwapOptions {
    mode_t folder_mode = 0755;
    Exchange exchange = Exchange::kernel; ///< `kernel` falls back by itself.
    bool durable = true;                  ///< fsync; pointless on a tmpfs.
};

/// `.secrets.lock` beside `secrets`.
std::string hidden_sibling(const std::string& folder, const std::string& purpose);

/// Makes the folder consist of exactly these files, as one step: they are staged in a hidden
/// sibling, unchanged ones as hard links, and the two folders change places. Nothing is touched
/// when nothing differs. The caller holds the FolderLock.
Result<void> replace_folder(
    const std::string& folder, const std::vector<StagedFile>& files, const SwapOptions& options
);

/// Removes what a killed run left beside the folder, and finishes its way back when it died between
/// the two renames of the fallback: then the folder is missing and `.NAME.old` is whole. The caller
/// holds the FolderLock.
Result<void> recover_folder(const std::string& folder);

/// Where the folder's content is right now: itself, or `.NAME.old` between the two renames.
std::string readable_folder(const std::string& folder);

/// A file system in memory (tmpfs or ramfs), so that what is written there never reaches a disk.
/// Asks for the nearest folder above that exists.
Result<bool> is_in_memory(const std::string& path);

} // namespace ducksnest::io
