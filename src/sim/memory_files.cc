#include "sim/memory_files.h"

#include "ports/tree_path.h"

namespace ducksnest::sim {

namespace {

/// Absolute paths are the owner's own, as on the real disk; the rest follows a Tree's rule.
Result<void> check_path(const std::string& path) {
    return path.starts_with('/') ? check_tree_path(path.substr(1)) : check_tree_path(path);
}

Result<std::string> folder_prefix(const std::string& folder) {
    if (folder == ".") {
        return std::string();
    }
    TRY(check_path(folder));
    return folder + "/";
}

} // namespace

Result<std::optional<Bytes>> MemoryFiles::read(const std::string& path) {
    TRY(check_path(path));
    const auto found = files_.find(path);
    return found == files_.end() ? std::optional<Bytes>() : found->second.bytes;
}

Result<void> MemoryFiles::write(const std::string& path, const TreeFile& file) {
    TRY(check_path(path));
    files_[path] = file;
    return {};
}

Result<void> MemoryFiles::remove(const std::string& path) {
    TRY(check_path(path));
    files_.erase(path);
    return {};
}

Result<Tree> MemoryFiles::read_tree(const std::string& folder) {
    const std::string prefix = TRY(folder_prefix(folder));
    Tree tree;
    for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix);
         ++at) {
        if (!prefix.empty() || !at->first.starts_with('/')) {
            tree.emplace_hint(tree.end(), at->first.substr(prefix.size()), at->second);
        }
    }
    return tree;
}

Result<void> MemoryFiles::replace_tree(const std::string& folder, const Tree& tree) {
    const std::string prefix = TRY(folder_prefix(folder));
    for (const auto& [path, file] : tree) {
        TRY(check_tree_path(path));
    }
    for (auto at = files_.lower_bound(prefix);
         at != files_.end() && at->first.starts_with(prefix);) {
        const bool is_elsewhere = prefix.empty() && at->first.starts_with('/');
        at = is_elsewhere ? std::next(at) : files_.erase(at);
    }
    for (const auto& [path, file] : tree) {
        files_[prefix + path] = file;
    }
    return {};
}

Result<Tree> MemoryFiles::find_key_files(const std::string& folder) {
    constexpr std::size_t size_max = std::size_t{64} << 10;
    Tree found = TRY(read_tree(folder));
    std::erase_if(found, [](const auto& entry) {
        const auto& [path, file] = entry;
        const std::string_view text = as_text(file.bytes);
        const bool is_versions = path.starts_with(".git/") || path.contains("/.git/");
        return is_versions || text.size() > size_max ||
               !(text.contains("PRIVATE KEY") || text.contains("AGE-SECRET-KEY"));
    });
    return found;
}

Result<std::shared_ptr<void>> MemoryFiles::lock(const std::string& folder) {
    TRY(folder_prefix(folder));
    std::shared_ptr<void> held = locks_[folder].lock();
    if (held == nullptr) {
        held = std::make_shared<int>();
        locks_[folder] = held;
    }
    return held;
}

} // namespace ducksnest::sim
