#include "kube/client.h"
#include "kube/list_splitter.h"
#include "kube/object.h"
#include "kube/status.h"

#include <fmt/format.h>

#include <optional>

/// Listing and watching: the two calls whose answers are taken apart while they come in.
namespace ducksnest::kube {
namespace {

constexpr Duration watch_silence_max = std::chrono::minutes(2); // Bookmarks come every minute.
constexpr std::size_t event_bytes_max = 64UL << 20U;

/// Objects in a list of a built-in kind do not say what they are.
void name_kind(Json& object, const ListQuery& query) {
    if (object.find("kind") == nullptr) {
        object.set("kind", query.kind);
        object.set("apiVersion", query.api_version);
    }
}

std::string subject_of(const ListQuery& query) {
    return query.namespace_name.empty()
               ? fmt::format("every {}", query.kind)
               : fmt::format("every {} in {}", query.kind, query.namespace_name);
}

/// Cuts the lines of a watch into events. After the end, `error` tells whether something was wrong.
class EventLines {
public:
    EventLines(const ListQuery& query, const EventReceiver& receiver)
        : query_(query)
        , receiver_(receiver) {}

    bool feed(std::string_view piece) {
        while (true) {
            const std::size_t end = piece.find('\n');
            line_ += piece.substr(0, end);
            if (line_.size() > event_bytes_max) {
                return stop({.code = ErrorCode::corrupt, .message = "an event longer than 64 MiB"});
            }
            if (end == std::string_view::npos) {
                return true;
            }
            if (!line_.empty() && !take_line()) {
                return false;
            }
            line_.clear();
            piece.remove_prefix(end + 1);
        }
    }

    std::optional<Error> error{};
    bool has_begun = false;
    bool is_over = false;

private:
    bool stop(Error why) {
        error = std::move(why);
        return false;
    }

    bool take_line() {
        has_begun = true;
        Result<Json> line = Json::parse(line_, JsonNumbers::any);
        const Json* object = line ? line->find("object") : nullptr;
        if (object == nullptr) {
            return stop({.code = ErrorCode::corrupt, .message = "a line of a watch is no event"});
        }
        const std::string type = text_at(*line, "type");
        if (type == "ERROR") {
            return stop(error_of_status(*object, subject_of(query_)));
        }
        Event event = {.type = EventType::added, .object = *object};
        if (type == "MODIFIED") {
            event.type = EventType::modified;
        } else if (type == "DELETED") {
            event.type = EventType::deleted;
        } else if (type == "BOOKMARK") {
            event.type = EventType::bookmark;
        } else if (type != "ADDED") {
            return true; // A type of a later version: its object comes again in the next list.
        }
        is_over = !receiver_(std::move(event));
        return !is_over;
    }

    const ListQuery& query_;
    const EventReceiver& receiver_;
    std::string line_{};
};

} // namespace

Result<std::string> Client::collection_query(const ListQuery& query) {
    const Resource resource = TRY(resource_of(query.api_version, query.kind));
    std::string path = collection_path(resource, query.namespace_name) + "?";
    if (!query.label_selector.empty()) {
        path += "labelSelector=" + encode_query(query.label_selector) + "&";
    }
    if (!query.field_selector.empty()) {
        path += "fieldSelector=" + encode_query(query.field_selector) + "&";
    }
    return path;
}

Result<Client::Page>
Client::list_page(const ListQuery& query, const std::string& path, const ObjectReceiver& receiver) {
    std::optional<Error> problem;
    Page page;
    const auto take_item = [&](std::string_view bytes) {
        Result<Json> object = Json::parse(bytes, JsonNumbers::any);
        if (!object || object->as_object() == nullptr) {
            problem =
                Error{.code = ErrorCode::corrupt, .message = "an item of a list is no object"};
            return false;
        }
        name_kind(*object, query);
        page.is_over = !receiver(*std::move(object));
        return !page.is_over;
    };
    const Call call = {.path = path, .subject = subject_of(query)};
    std::string envelope;
    TRY(repeat(call, [&](const HttpRequest& request) -> Result<HttpResponse> {
        ListSplitter splitter(take_item);
        Result<HttpResponse> response = http_.stream(request, [&](std::string_view piece) {
            const Result<bool> goes_on = splitter.feed(piece);
            if (!goes_on) {
                problem = goes_on.error();
            }
            return goes_on.value_or(false);
        });
        if (response && response->is_success() && !problem && !page.is_over) {
            envelope = TRY(splitter.finish());
        }
        return response;
    }));
    if (problem) {
        problem->context.push_back(call.subject);
        return std::unexpected(*std::move(problem));
    }
    if (!page.is_over) {
        const Json list = TRY(Json::parse(envelope, JsonNumbers::any).with(call.subject));
        page.version = text_at(list, "metadata.resourceVersion");
        page.next = text_at(list, "metadata.continue");
    }
    return page;
}

Result<std::string> Client::list(const ListQuery& query, const ObjectReceiver& receiver) {
    constexpr int restarts_max = 3;
    const std::string path =
        TRY(collection_query(query)) + fmt::format("limit={}", query.page_size);
    std::string next;
    for (int restarts = 0;;) {
        Result<Page> page = list_page(
            query, next.empty() ? path : path + "&continue=" + encode_query(next), receiver
        );
        if (!page && page.error().code == ErrorCode::aborted && restarts < restarts_max) {
            // The token outlived its version: etcd keeps old versions for five minutes only.
            ++restarts;
            next.clear();
            continue;
        }
        const Page done = TRY(std::move(page));
        if (done.is_over || done.next.empty()) {
            return done.version;
        }
        next = done.next;
    }
}

Result<void> Client::watch(const WatchQuery& query, const EventReceiver& receiver) {
    const Call call = {
        .path = TRY(collection_query(query.what)) +
                fmt::format(
                    "watch=true&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={}",
                    encode_query(query.resource_version),
                    std::max<std::int64_t>(1, query.length.count() / 1000)
                ),
        .subject = subject_of(query.what)
    };
    HttpRequest request = request_of(call);
    request.deadline = query.length + options_.deadline;
    request.idle = watch_silence_max;
    request.stop = query.stop;
    EventLines lines(query.what, receiver);
    const Result<HttpResponse> response =
        http_.stream(request, [&](std::string_view piece) { return lines.feed(piece); });
    if (lines.error) {
        lines.error->context.push_back(call.subject);
        return std::unexpected(*std::move(lines.error));
    }
    if (!response) {
        const bool is_stopped = response.error().code == ErrorCode::interrupted;
        if (lines.has_begun && !is_stopped) {
            return {};
        }
        return std::unexpected(response.error());
    }
    if (!response->is_success()) {
        return std::unexpected(error_of(*response, call.subject));
    }
    return {};
}

} // namespace ducksnest::kube
