#include "small_nix_store.h"

#include "cache/base32.h"
#include "nar/writer.h"

#include <algorithm>
#include <array>

namespace ducksnest::testing {
namespace {

/// Fewer than paths, so that some share their archive.
constexpr std::size_t contents = 9;

/// One file and nothing else.
class FileTree final : public TreeSource {
public:
    explicit FileTree(std::string content)
        : content_(std::move(content)) {}
    Result<TreeNode> root() override { return TreeNode{.size = content_.size()}; }
    Result<std::vector<TreeNode>> list(const std::string& path) override {
        return fail(ErrorCode::not_found, "no folder `" + path + "`");
    }
    Result<std::size_t>
    read(const std::string& /*path*/, std::uint64_t offset, std::span<std::uint8_t> out) override {
        const ByteView rest = as_bytes(content_).subspan(offset);
        const std::size_t count = std::min(rest.size(), out.size());
        std::copy_n(rest.begin(), count, out.begin());
        return count;
    }

private:
    std::string content_;
};

std::string content_of(std::size_t path) {
    return std::string(200, static_cast<char>('a' + path % contents)) + " quack";
}

/// All that does not depend on the seed.
const std::array<PathRecord, SmallNixStore::size>& bare_records() {
    static const auto records = [] {
        std::array<PathRecord, SmallNixStore::size> made;
        for (std::size_t i = 0; i < made.size(); ++i) {
            const std::string name = "duck-" + std::to_string(i);
            const Sha256 digest = sha256(as_bytes(name));
            made[i].path =
                "/nix/store/" + cache::encode_base32(ByteView(digest).first(20)) + "-" + name;
            FileTree tree(content_of(i));
            Bytes archive;
            const auto written = nar::write(tree, [&](ByteView piece) -> Result<void> {
                append(archive, piece);
                return {};
            });
            made[i].nar_hash = sha256(archive);
            made[i].nar_size = written ? archive.size() : 0;
        }
        return made;
    }();
    return records;
}

std::unexpected<Error> not_offered() {
    return fail(ErrorCode::unsupported, "this Nix store can only be pushed");
}

} // namespace

SmallNixStore::SmallNixStore(Prng& prng)
    : records_(bare_records().begin(), bare_records().end())
    , below_(size) {
    for (std::size_t i = 0; i < size; ++i) {
        numbers_.emplace(records_[i].path, i);
        for (std::size_t other = 0; other < i; ++other) {
            if (prng.chance({1, 3})) {
                records_[i].references.push_back(records_[other].path);
                below_[i].insert(below_[other].begin(), below_[other].end());
            }
        }
        if (prng.chance({1, 8})) {
            records_[i].references.push_back(records_[i].path);
        }
        below_[i].insert(i);
        std::ranges::sort(records_[i].references);
    }
}

std::vector<PathRecord> SmallNixStore::closure(std::size_t root) const {
    std::vector<PathRecord> found;
    for (const std::size_t path : below_[root]) {
        found.push_back(records_[path]);
    }
    return found;
}

std::unique_ptr<TreeSource> SmallNixStore::tree(const std::string& path) {
    return std::make_unique<FileTree>(content_of(numbers_.at(path)));
}

Result<std::string> SmallNixStore::resolve(const std::string& path) {
    return path;
}

Result<std::optional<PathRecord>> SmallNixStore::find(const std::string& path) {
    const auto found = numbers_.find(path);
    return found == numbers_.end() ? std::nullopt : std::optional(records_[found->second]);
}

Result<std::vector<std::string>> SmallNixStore::paths() {
    return not_offered();
}

bool SmallNixStore::has_files(const std::string& path) {
    return numbers_.contains(path);
}

Result<std::unique_ptr<NewStorePath>> SmallNixStore::create(const std::string& /*path*/) {
    return not_offered();
}

Result<void> SmallNixStore::register_paths(std::span<const PathRecord> /*records*/) {
    return not_offered();
}

} // namespace ducksnest::testing
