#pragma once

#include "base/prng.h"
#include "ports/nix_store.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::testing {

/// A Nix store in memory with a dozen paths of one file each, some with the same content, that
/// refer to earlier ones as the seed has it.
class SmallNixStore final : public NixStore {
public:
    static constexpr std::size_t size = 12;

    explicit SmallNixStore(Prng& prng);

    /// A path and all it refers to, references before referrers.
    std::vector<PathRecord> closure(std::size_t root) const;
    const PathRecord& record(std::size_t path) const { return records_[path]; }

    std::unique_ptr<TreeSource> tree(const std::string& path) override;
    Result<std::string> resolve(const std::string& path) override;
    Result<std::optional<PathRecord>> find(const std::string& path) override;
    Result<std::vector<std::string>> paths() override;
    bool has_files(const std::string& path) override;
    Result<std::unique_ptr<NewStorePath>> create(const std::string& path) override;
    Result<void> register_paths(std::span<const PathRecord> records) override;

private:
    std::vector<PathRecord> records_{};
    std::vector<std::set<std::size_t>> below_{};
    std::map<std::string, std::size_t> numbers_{};
};

} // namespace ducksnest::testing
