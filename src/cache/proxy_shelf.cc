#include "cache/proxy_shelf.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ducksnest::cache {
namespace {

/// Keys are paths, names in a spool are words.
std::string spool_name(std::string key) {
    std::ranges::replace(key, '/', '+');
    return key;
}

} // namespace

bool ProxyShelf::make_room(
    const std::string& key, std::uint64_t size, Urgency urgency, std::vector<std::string>& dropped
) {
    const std::scoped_lock lock(mutex_);
    Item item{.size = size, .is_small = size <= limits_.small};
    const std::uint64_t limit = item.is_small ? limits_.memory : limits_.disk;
    if (size > limit || items_.contains(key)) {
        return false;
    }
    for (auto at = ages_.begin(); at != ages_.end() && used(item) + size > limit;) {
        const std::string old = *at++;
        const Item& candidate = items_.at(old);
        const bool may_go = candidate.is_kept && candidate.is_small == item.is_small &&
                            (candidate.is_served || urgency == Urgency::wanted);
        if (may_go) {
            drop(old);
            dropped.push_back(old);
        }
    }
    if (used(item) + size > limit) {
        return false;
    }
    used(item) += size;
    item.age = ages_.insert(ages_.end(), key);
    items_.emplace(key, std::move(item));
    return true;
}

void ProxyShelf::give_up(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    drop(key);
}

void ProxyShelf::drop(const std::string& key) {
    const auto at = items_.find(key);
    if (at == items_.end()) {
        return;
    }
    used(at->second) -= at->second.size;
    ages_.erase(at->second.age);
    if (at->second.is_kept && !at->second.is_small) {
        // A file that stays behind costs its room until the next start, no more.
        [[maybe_unused]] const Result<void> removed = spool_.remove(spool_name(key));
    }
    items_.erase(at);
}

Result<ProxyShelf::Writer> ProxyShelf::open(const std::string& key) {
    bool is_small = false;
    {
        const std::scoped_lock lock(mutex_);
        is_small = items_.at(key).is_small;
    }
    std::unique_ptr<SpoolFile> file;
    if (!is_small) {
        file = TRY(spool_.create(spool_name(key)));
    }
    return Writer(*this, key, std::move(file));
}

Result<void> ProxyShelf::Writer::write(ByteView piece) {
    if (file_) {
        return file_->write(piece);
    }
    bytes_.insert(bytes_.end(), piece.begin(), piece.end());
    return {};
}

Result<void> ProxyShelf::Writer::keep() {
    if (file_) {
        TRY(file_->keep());
    }
    const std::scoped_lock lock(shelf_.mutex_);
    Item& item = shelf_.items_.at(key_);
    item.is_kept = true;
    if (!file_) {
        item.bytes = std::make_shared<const Bytes>(std::move(bytes_));
    }
    return {};
}

Result<void> ProxyShelf::read(
    const std::string& key,
    std::uint64_t offset,
    const std::function<bool(ByteView piece)>& receiver
) {
    std::shared_ptr<const Bytes> bytes;
    {
        const std::scoped_lock lock(mutex_);
        const auto at = items_.find(key);
        if (at == items_.end() || !at->second.is_kept) {
            return fail(ErrorCode::not_found, "`" + key + "` is not at hand any more");
        }
        at->second.is_served = true;
        ages_.splice(ages_.end(), ages_, at->second.age);
        bytes = at->second.bytes;
    }
    if (!bytes) {
        return spool_.read(spool_name(key), offset, receiver);
    }
    receiver(ByteView(*bytes).subspan(std::min<std::size_t>(offset, bytes->size())));
    return {};
}

} // namespace ducksnest::cache
