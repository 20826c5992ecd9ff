#pragma once

#include "cache/narinfo.h"
#include "cache/proxy_shelf.h"
#include "cache/signing.h"
#include "cache/store_path.h"
#include "ports/http_listener.h"
#include "ports/nix_store.h"
#include "ports/object_store.h"
#include "ports/timer.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::cache {

struct ProxyOptions {
    /// Who must have signed what is served; empty leaves judging to Nix.
    std::vector<PublicKey> trusted{};
    ShelfLimits limits{};
    /// Told of everything that is refused or cannot be had. Runs on several threads at once.
    std::function<void(const Error&)> complain{};
};

struct ProxyDoors {
    ObjectStore& store;
    NixStore* nix = nullptr; ///< Whose valid paths need not be fetched ahead; may be null.
    Spool& spool;
    Timer& timer;
};

/// A binary cache between a Nix daemon and a bucket. When the daemon asks for one path's narinfo,
/// everything that this path refers to is fetched at once, narinfos and archives, so that what the
/// daemon asks for next is here already. Archives are served only after their hash was found right.
/// Whatever else a cache may be asked for is passed on.
///
/// `answer` is called by the server's threads; `work` by as many threads as may fetch at once.
class Proxy {
public:
    Proxy(const ProxyDoors& doors, ProxyOptions options);

    ServedAnswer answer(const std::string& path);
    /// Fetches what is due until `stop`.
    void work();
    void stop();

private:
    enum class State : std::uint8_t { queued, busy, ready, missing, failed };
    struct Info {
        State state = State::queued;
        std::string text{};
        std::string problem{};
        Duration settled{}; ///< When it came to be missing or failed: asked again after a while.
    };
    struct Archive {
        State state = State::queued;
        std::string path{}; ///< The store path it belongs to.
        std::optional<Sha256> file_hash{};
        std::uint64_t size = 0; ///< In the store; estimated from the archive where it is not said.
        std::string problem{};
    };
    using Lock = std::unique_lock<std::mutex>;

    ServedAnswer answer_cache_info();
    ServedAnswer answer_info(const std::string& hash);
    ServedAnswer answer_archive(const std::string& key);
    ServedAnswer pass_on(const std::string& key);
    ServedAnswer from_shelf(const std::string& key, std::uint64_t size);
    void fetch_info(Lock& lock, const std::string& hash);
    void fetch_archive(Lock& lock, const std::string& key);
    Result<std::optional<Narinfo>> get_info(const std::string& hash, std::string& text);
    Result<std::uint64_t> get_archive(const std::string& key, const Archive& archive);
    void want_ahead(Lock& lock, const Narinfo& narinfo);
    void complain(const Error& error);

    ProxyDoors doors_;
    ProxyOptions options_;
    ProxyShelf shelf_;
    std::mutex mutex_{};
    std::condition_variable changed_{};
    // Under the mutex.
    bool is_stopping_ = false;
    std::optional<std::string> cache_info_{};
    std::map<std::string, Info> infos_{};       ///< By hash part of the store path.
    std::map<std::string, Archive> archives_{}; ///< By key.
    std::deque<std::string> info_queue_{};
    std::deque<std::string> archive_queue_{};
};

} // namespace ducksnest::cache
