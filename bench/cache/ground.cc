#include "ground.h"

#include "base/assert.h"
#include "base/digest.h"
#include "base/prng.h"
#include "cache/base32.h"
#include "io/posix_nix_store.h"
#include "io/posix_tree_source.h"
#include "nar/reader.h"
#include "nar/writer.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace ducksnest::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t path_bytes_max = 150'000'000;

/// The tree of a path, with runs of bytes changed: 64 KiB in every 1.25 MiB of content.
class ChangedTree final : public TreeSource {
public:
    /// `begin` spreads the changes evenly over many trees.
    ChangedTree(std::string path, std::uint64_t begin)
        : tree_(std::move(path))
        , position_(begin) {}
    Result<TreeNode> root() override { return tree_.root(); }
    Result<std::vector<TreeNode>> list(const std::string& path) override {
        return tree_.list(path);
    }
    Result<std::size_t>
    read(const std::string& path, std::uint64_t offset, std::span<std::uint8_t> out) override {
        const std::size_t count = TRY(tree_.read(path, offset, out));
        for (std::size_t i = 0; i < count; ++i) {
            // Other bytes that compress as well as those before them.
            if (position_++ % period < run) {
                ++out[i];
            }
        }
        return count;
    }

private:
    static constexpr std::uint64_t run = 64U << 10U;
    static constexpr std::uint64_t period = run * 20;
    io::PosixTreeSource tree_;
    std::uint64_t position_;
};

std::uint64_t size_of(const fs::path& folder) {
    std::uint64_t size = 0;
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
        size += entry.is_regular_file() && !entry.is_symlink() ? entry.file_size() : 0;
    }
    return size;
}

} // namespace

CacheGround::CacheGround(std::uint64_t bytes) {
    const auto store = io::open_nix_store(path("src"), StoreAccess::write).value();
    std::vector<fs::path> folders;
    for (const char* parent :
         {"/usr/share", "/usr/include", "/usr/lib", "/usr/lib/gcc", "/usr/lib/x86_64-linux-gnu"}) {
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(parent, ignored)) {
            if (entry.is_directory() && !entry.is_symlink()) {
                folders.push_back(entry.path());
            }
        }
    }
    std::ranges::sort(folders);
    Prng prng(1);
    for (std::size_t i = folders.size(); i > 1; --i) {
        std::swap(folders[i - 1], folders[prng.below(i)]);
    }
    std::uint64_t total = 0;
    for (const fs::path& folder : folders) {
        const std::uint64_t size = size_of(folder);
        if (total >= bytes || size > path_bytes_max || size == 0) {
            continue;
        }
        total += size;
        std::set<std::string> references;
        for (std::size_t i = 0; i < std::min<std::size_t>(paths_.size(), 4); ++i) {
            references.insert(paths_[prng.below(paths_.size())]);
        }
        io::PosixTreeSource tree(folder.string());
        paths_.push_back(
            add(*store,
                "pkg" + std::to_string(paths_.size()) + "-1",
                tree,
                {references.begin(), references.end()})
        );
    }
    io::PosixTreeSource tree("/etc/hostname");
    system_ = add(*store, "system-1", tree, paths_);
}

std::string CacheGround::add(
    NixStore& store,
    const std::string& name,
    TreeSource& tree,
    const std::vector<std::string>& references
) {
    const Sha256 digest = sha256(as_bytes(name));
    PathRecord record{
        .path = "/nix/store/" + cache::encode_base32(ByteView(digest).first(20)) + "-" + name,
        .references = references,
    };
    std::ranges::sort(record.references);
    const auto made = store.create(record.path).value();
    nar::Reader reader(made->tree());
    Sha256Hasher hasher;
    const auto copied = nar::write(tree, [&](ByteView piece) -> Result<void> {
        hasher.update(piece);
        record.nar_size += piece.size();
        return reader.feed(piece);
    });
    ASSERT(copied.has_value() && reader.finish().has_value() && made->finish().has_value());
    record.nar_hash = hasher.finish();
    nar_bytes_ += record.nar_size;
    ASSERT(store.register_paths(std::vector{record}).has_value());
    return record.path;
}

std::string CacheGround::upgrade() {
    const auto store = io::open_nix_store(path("src"), StoreAccess::write).value();
    std::vector<std::string> upgraded;
    Prng prng(2);
    for (std::size_t i = 0; i < paths_.size(); ++i) {
        ChangedTree tree(path("src") + paths_[i], prng.below(1U << 30U));
        upgraded.push_back(add(*store, "pkg" + std::to_string(i) + "-2", tree, {}));
    }
    io::PosixTreeSource tree("/etc/hostname");
    return add(*store, "system-2", tree, upgraded);
}

} // namespace ducksnest::bench
