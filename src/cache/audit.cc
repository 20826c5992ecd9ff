#include "cache/audit.h"

#include "cache/first_error.h"
#include "cache/restore.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <tuple>

namespace ducksnest::cache {
namespace {

/// Takes a tree and keeps nothing of it.
class Nowhere final : public TreeTarget {
public:
    Result<void> begin_folder(std::string_view /*name*/) override { return {}; }
    Result<void> end_folder() override { return {}; }
    Result<void>
    begin_file(std::string_view /*name*/, FileMode /*mode*/, std::uint64_t /*size*/) override {
        return {};
    }
    Result<void> write(ByteView /*piece*/) override { return {}; }
    Result<void> end_file() override { return {}; }
    Result<void> add_symlink(std::string_view /*name*/, std::string_view /*target*/) override {
        return {};
    }
};

/// What is wrong with one path, apart from its archive's bytes.
std::vector<Finding> examine(
    const std::string& hash,
    const Narinfo& narinfo,
    const Inventory& inventory,
    const AuditOptions& options
) {
    std::vector<Finding> findings;
    const auto add = [&](Flaw flaw, std::string detail) {
        findings.push_back({flaw, hash, narinfo.path.text(), std::move(detail)});
    };
    if (!inventory.nars.contains(narinfo.url)) {
        add(Flaw::missing_nar, narinfo.url);
    }
    if (!options.trusted.empty() &&
        !is_signed_by(fingerprint(narinfo), narinfo.signatures, options.trusted)) {
        add(Flaw::unsigned_path, "");
    }
    for (const StorePath& reference : narinfo.references) {
        if (!inventory.narinfo_sizes.contains(std::string(reference.hash()))) {
            add(Flaw::dangling, reference.text());
        }
    }
    return findings;
}

/// Paths with a flaw, and those that refer to them.
std::set<std::string> spoiled(const Inventory& inventory, const Audit& found) {
    std::set<std::string> hashes;
    for (const Finding& finding : found.findings) {
        if (finding.flaw != Flaw::unsigned_path) {
            hashes.insert(finding.hash);
        }
    }
    for (bool is_growing = !hashes.empty(); is_growing;) {
        is_growing = false;
        for (const auto& [hash, narinfo] : inventory.narinfos) {
            const bool leans_on_one =
                std::ranges::any_of(narinfo.references, [&](const StorePath& reference) {
                    return hashes.contains(std::string(reference.hash()));
                });
            is_growing = (leans_on_one && hashes.insert(hash).second) || is_growing;
        }
    }
    return hashes;
}

} // namespace

std::string_view to_string(Flaw flaw) {
    switch (flaw) {
    case Flaw::damaged_narinfo:
        return "damaged narinfo";
    case Flaw::missing_nar:
        return "missing archive";
    case Flaw::corrupt_nar:
        return "corrupt archive";
    case Flaw::unsigned_path:
        return "unsigned";
    case Flaw::dangling:
        return "missing reference";
    }
    return "";
}

Result<Audit> audit(ObjectStore& store, Parallel& threads, const AuditOptions& options) {
    const Inventory inventory = TRY(take_inventory(store, threads));
    Audit result{.paths = inventory.narinfo_sizes.size()};
    std::vector<const Narinfo*> readable;
    for (const auto& [hash, error] : inventory.damaged) {
        result.findings.push_back({Flaw::damaged_narinfo, hash, "", error.message});
    }
    for (const auto& [hash, narinfo] : inventory.narinfos) {
        const auto findings = examine(hash, narinfo, inventory, options);
        result.findings.insert(result.findings.end(), findings.begin(), findings.end());
        if (inventory.nars.contains(narinfo.url)) {
            readable.push_back(&narinfo);
        }
    }
    if (options.read_nars) {
        std::mutex mutex;
        std::size_t done = 0;
        FirstError failure;
        threads.for_each(readable.size(), [&](std::size_t i) {
            const Narinfo& narinfo = *readable[i];
            Nowhere nowhere;
            const auto read = restore(store, narinfo, nowhere, {});
            const std::lock_guard lock(mutex);
            if (!read && read.error().code == ErrorCode::corrupt) {
                result.findings.push_back(
                    {Flaw::corrupt_nar,
                     std::string(narinfo.path.hash()),
                     narinfo.path.text(),
                     narinfo.url + ": " + read.error().message}
                );
            } else {
                failure.note(read);
            }
            if (options.progress) {
                options.progress(++done, readable.size());
            }
        });
        TRY(failure.result());
    }
    std::ranges::sort(result.findings, {}, [](const Finding& finding) {
        return std::tuple(finding.hash, finding.flaw, finding.detail);
    });
    return result;
}

Result<std::vector<std::string>> repair(ObjectStore& store, Parallel& threads, const Audit& found) {
    const Inventory inventory = TRY(take_inventory(store, threads));
    std::vector<std::string> removed;
    const auto remove = [&](const std::string& key) -> Result<void> {
        TRY(store.remove(key));
        removed.push_back(key);
        return {};
    };
    // Narinfos first: no reader may be led to an archive that is gone.
    for (const std::string& hash : spoiled(inventory, found)) {
        TRY(remove(hash + ".narinfo"));
    }
    for (const Finding& finding : found.findings) {
        if (finding.flaw == Flaw::corrupt_nar) {
            const auto narinfo = inventory.narinfos.find(finding.hash);
            if (narinfo != inventory.narinfos.end()) {
                TRY(remove(narinfo->second.url));
            }
        }
    }
    return removed;
}

} // namespace ducksnest::cache
