#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ports/spool.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace ducksnest::cache {

/// In bytes.
struct ShelfLimits {
    std::uint64_t memory = std::uint64_t{64} << 20U;
    std::uint64_t disk = std::uint64_t{4} << 30U;
    /// Larger ones go to disk.
    std::uint64_t small = std::uint64_t{256} << 10U;
};

enum class Urgency : std::uint8_t {
    ahead,  ///< Makes room only by dropping what has been served.
    wanted, ///< Makes room by dropping whatever has not been used for longest.
};

/// What a proxy has at hand: small things in memory, large ones on disk, each within its bound.
class ProxyShelf {
public:
    ProxyShelf(Spool& spool, const ShelfLimits& limits)
        : spool_(spool)
        , limits_(limits) {}

    /// Sets room aside. False when there is none; `dropped` gets the keys that had to go.
    bool make_room(
        const std::string& key,
        std::uint64_t size,
        Urgency urgency,
        std::vector<std::string>& dropped
    );
    /// Gives room back that was set aside and not used.
    void give_up(const std::string& key);

    /// A thing of the size that room was made for, in the making.
    class Writer {
    public:
        Writer(ProxyShelf& shelf, std::string key, std::unique_ptr<SpoolFile> file)
            : shelf_(shelf)
            , key_(std::move(key))
            , file_(std::move(file)) {}
        Result<void> write(ByteView piece);
        Result<void> keep();

    private:
        ProxyShelf& shelf_;
        std::string key_;
        std::unique_ptr<SpoolFile> file_; ///< Null: in memory.
        Bytes bytes_{};
    };
    Result<Writer> open(const std::string& key);

    /// `not_found` when it has been dropped.
    Result<void> read(
        const std::string& key,
        std::uint64_t offset,
        const std::function<bool(ByteView piece)>& receiver
    );

private:
    struct Item {
        std::uint64_t size = 0;
        bool is_small = false;
        bool is_kept = false;
        bool is_served = false;
        std::shared_ptr<const Bytes> bytes{};
        std::list<std::string>::iterator age{};
    };

    std::uint64_t& used(const Item& item) { return item.is_small ? memory_used_ : disk_used_; }
    void drop(const std::string& key);

    Spool& spool_;
    ShelfLimits limits_;
    std::mutex mutex_{};
    std::map<std::string, Item> items_{};
    std::list<std::string> ages_{}; ///< Longest unused first.
    std::uint64_t memory_used_ = 0;
    std::uint64_t disk_used_ = 0;
};

} // namespace ducksnest::cache
