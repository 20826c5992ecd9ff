#pragma once

#include "base/assert.h"
#include "ports/tree_source.h"
#include "ports/tree_target.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ducksnest::nar::testing {

/// A tree in memory: node and contents by path, "" is the root.
struct MemoryTree {
    struct Item {
        TreeNode node{};
        std::string contents{};
        bool operator==(const Item&) const = default;
    };
    std::map<std::string, Item> items{};

    bool operator==(const MemoryTree&) const = default;

    void add_folder(const std::string& path) {
        items[path] = {.node = {.name = name_of(path), .kind = NodeKind::folder}};
    }
    void add_symlink(const std::string& path, const std::string& target) {
        items[path] = {
            .node = {.name = name_of(path), .kind = NodeKind::symlink, .target = target}
        };
    }
    void add_file(const std::string& path, const std::string& contents, bool executable = false) {
        items[path] = {
            .node = {.name = name_of(path), .is_executable = executable, .size = contents.size()},
            .contents = contents
        };
    }

    static std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }
};

class MemoryTreeSource final : public TreeSource {
public:
    explicit MemoryTreeSource(const MemoryTree& tree)
        : tree_(tree) {}

    Result<TreeNode> root() override { return tree_.items.at("").node; }
    Result<std::vector<TreeNode>> list(const std::string& path) override {
        std::vector<TreeNode> children;
        for (const auto& [key, item] : tree_.items) {
            const std::size_t slash = key.rfind('/');
            const std::string parent = slash == std::string::npos ? "" : key.substr(0, slash);
            if (!key.empty() && parent == path) {
                // Backwards, since a file system keeps no order either.
                children.insert(children.begin(), item.node);
            }
        }
        return children;
    }
    Result<std::size_t>
    read(const std::string& path, std::uint64_t offset, std::span<std::uint8_t> out) override {
        const std::string& contents = tree_.items.at(path).contents;
        const std::size_t begin = std::min<std::size_t>(offset, contents.size());
        const std::size_t count = std::min(out.size(), contents.size() - begin);
        std::copy_n(contents.begin() + static_cast<std::ptrdiff_t>(begin), count, out.begin());
        return count;
    }

private:
    const MemoryTree& tree_;
};

/// Asserts that it is used as its contract says.
class MemoryTreeTarget final : public TreeTarget {
public:
    const MemoryTree& tree() const { return tree_; }

    Result<void> begin_folder(std::string_view name) override {
        folders_.push_back(path_of(name));
        tree_.add_folder(folders_.back());
        return {};
    }
    Result<void> end_folder() override {
        ASSERT(!folders_.empty());
        folders_.pop_back();
        return {};
    }
    Result<void> begin_file(std::string_view name, FileMode mode, std::uint64_t size) override {
        file_ = path_of(name);
        tree_.add_file(file_, "", mode == FileMode::executable);
        tree_.items[file_].node.size = size;
        return {};
    }
    Result<void> write(ByteView piece) override {
        tree_.items.at(file_).contents += as_text(piece);
        return {};
    }
    Result<void> end_file() override {
        const auto& item = tree_.items.at(file_);
        ASSERT(item.node.size == item.contents.size());
        return {};
    }
    Result<void> add_symlink(std::string_view name, std::string_view target) override {
        tree_.add_symlink(path_of(name), std::string(target));
        return {};
    }

private:
    std::string path_of(std::string_view name) {
        ASSERT(name.find('/') == std::string_view::npos);
        std::string path = folders_.empty() || folders_.back().empty()
                               ? std::string(folders_.empty() ? "" : name)
                               : folders_.back() + "/" + std::string(name);
        ASSERT(!tree_.items.contains(path));
        return path;
    }

    MemoryTree tree_{};
    std::vector<std::string> folders_{};
    std::string file_{};
};

/// The archive of a tree, whole.
Bytes archive_of(const MemoryTree& tree);

} // namespace ducksnest::nar::testing
