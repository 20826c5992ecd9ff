#include "kube/object.h"
#include "sim/api_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

/// Lists and watches of the twin's API server. Receivers are called without the lock: they may
/// call back.
namespace ducksnest::sim {

using kube::Event;
using kube::EventType;
using kube::ListQuery;

namespace {

// apiserver/pkg/storage/cacher, defaultBookmarkFrequency.
constexpr Duration bookmark_period = std::chrono::minutes(1);

Result<bool> matches(const Json& object, const ListQuery& query) {
    return TRY(matches_labels(object, query.label_selector)) &&
           TRY(matches_fields(object, query.field_selector));
}

Json as_version(const Json& object, const std::string& api_version) {
    Json copy = object;
    copy.set("apiVersion", api_version);
    return copy;
}

std::unexpected<Error> gone(const ListQuery& query, std::int64_t revision, std::int64_t oldest) {
    return fail(
        ErrorCode::aborted,
        fmt::format("`every {}`: too old resource version: {} ({})", query.kind, revision, oldest)
    );
}

} // namespace

Result<ApiStore::Range> ApiServer::range_of(const ListQuery& query) const {
    TRY(kind_of(query.api_version, query.kind));
    TRY(matches(Json::object({{"metadata", Json::object({})}}), query));
    return ApiStore::Range{
        .group = std::string(kube::group_of(query.api_version)),
        .kind = query.kind,
        .namespace_name = query.namespace_name,
        .after = std::nullopt
    };
}

Result<std::string> ApiServer::list(const ListQuery& query, const kube::ObjectReceiver& receiver) {
    constexpr int restarts_max = 3;
    std::optional<std::int64_t> snapshot;
    std::optional<kube::ObjectKey> after;
    for (int restarts = 0;;) {
        std::optional<ApiStore::Slice> page;
        {
            const std::lock_guard lock(mutex_);
            settle();
            ApiStore::Range range = TRY(range_of(query));
            range.after = after;
            snapshot = snapshot.value_or(store_.revision());
            page = store_.read(
                range, *snapshot, static_cast<std::size_t>(std::max(query.page_size, 1))
            );
            if (!page && restarts >= restarts_max) {
                return gone(query, *snapshot, store_.oldest());
            }
        }
        if (!page) {
            // As the client does when the token of the next page has expired.
            ++restarts;
            snapshot.reset();
            after.reset();
            continue;
        }
        for (const StoredObject& object : page->objects) {
            if (TRY(matches(*object, query)) && !receiver(as_version(*object, query.api_version))) {
                return std::string();
            }
        }
        if (!page->last) {
            return std::to_string(*snapshot);
        }
        after = page->last;
    }
}

Result<std::int64_t> ApiServer::watch_start(const kube::WatchQuery& query) const {
    std::int64_t revision = 0;
    const std::string& text = query.resource_version;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
    if (error != std::errc() || end != text.data() + text.size()) {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` is no resource version", query.resource_version)
        );
    }
    std::int64_t oldest = store_.oldest();
    for (const auto& [key, since] : served_since_) {
        const StoredObject definition = store_.find(key);
        if (definition != nullptr &&
            defined_kind(*definition, query.what.api_version, query.what.kind)) {
            oldest = std::max(oldest, since);
        }
    }
    if (revision < oldest) {
        return gone(query.what, revision, oldest);
    }
    if (revision > store_.revision()) {
        return fail(
            ErrorCode::timeout,
            fmt::format(
                "`every {}`: Too large resource version: {}, current: {}",
                query.what.kind,
                revision,
                store_.revision()
            )
        );
    }
    return revision;
}

Result<bool> ApiServer::tell(
    const StoreChange& change, const ListQuery& what, const kube::EventReceiver& receiver
) const {
    const bool was = change.before != nullptr && TRY(matches(*change.before, what));
    const bool is = change.after != nullptr && TRY(matches(*change.after, what));
    if (!was && !is) {
        return true;
    }
    Event event = {.type = EventType::added, .object = {}};
    if (is) {
        event.type = was ? EventType::modified : EventType::added;
        event.object = as_version(*change.after, what.api_version);
    } else {
        event.type = EventType::deleted;
        // One that left the selector goes with the version at which it did.
        const Json last =
            change.last != nullptr
                ? *change.last
                : with_metadata(*change.before, "resourceVersion", std::to_string(change.revision));
        event.object = as_version(last, what.api_version);
    }
    return receiver(std::move(event));
}

Result<bool> ApiServer::tell_present(const ListQuery& what, const kube::EventReceiver& receiver) {
    bool goes_on = true;
    TRY(list(what, [&](Json object) {
        goes_on = receiver({.type = EventType::added, .object = std::move(object)});
        return goes_on;
    }));
    return goes_on;
}

Result<void> ApiServer::watch(const kube::WatchQuery& query, const kube::EventReceiver& receiver) {
    const bool from_present = query.resource_version.empty() || query.resource_version == "0";
    ApiStore::Range range;
    std::int64_t revision = 0;
    {
        const std::lock_guard lock(mutex_);
        settle();
        range = TRY(range_of(query.what));
        revision = from_present ? store_.revision() : TRY(watch_start(query));
    }
    if (from_present && !TRY(tell_present(query.what, receiver))) {
        return {};
    }
    const Duration end = timer_.elapsed() + std::max(query.length, Duration(1'000));
    Duration bookmark = timer_.elapsed() + bookmark_period;
    while (true) {
        std::optional<StoreChange> change;
        Duration next = std::min(end, bookmark);
        {
            const std::lock_guard lock(mutex_);
            settle();
            if (revision < store_.oldest()) {
                return gone(query.what, revision, store_.oldest());
            }
            change = store_.next_change(range, revision);
            revision = change ? change->revision : store_.revision();
            for (const Due& due : dues_) {
                next = std::min(next, due.at);
            }
        }
        if (change) {
            if (!TRY(tell(*change, query.what, receiver))) {
                return {};
            }
            continue;
        }
        if (timer_.elapsed() >= bookmark) {
            bookmark += bookmark_period;
            const Json metadata = Json::object({{"resourceVersion", std::to_string(revision)}});
            const Json object = Json::object(
                {{"apiVersion", query.what.api_version},
                 {"kind", query.what.kind},
                 {"metadata", metadata}}
            );
            if (!receiver({.type = EventType::bookmark, .object = object})) {
                return {};
            }
        }
        if (timer_.elapsed() >= end) {
            return {};
        }
        TRY(timer_.pause(std::max(next - timer_.elapsed(), Duration(1)), query.stop));
    }
}

} // namespace ducksnest::sim
