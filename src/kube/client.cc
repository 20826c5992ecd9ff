#include "kube/client.h"

#include "base/text.h"
#include "kube/object.h"
#include "kube/status.h"

#include <fmt/format.h>

namespace ducksnest::kube {
namespace {

std::string declined_help(int attempts, Duration length) {
    return fmt::format(
        "it declined {} within {}: it is overloaded or has lost etcd; see `journalctl -u "
        "kube-apiserver -u etcd`, then run again: what is done already is not done twice",
        count_of(static_cast<std::size_t>(attempts), "time"),
        format_duration(std::chrono::floor<std::chrono::seconds>(length))
    );
}

} // namespace

Client::Client(Http& http, Timer& timer, Random& random, ClientOptions options)
    : http_(http)
    , timer_(timer)
    , random_(random)
    , options_(std::move(options)) {}

HttpRequest Client::request_of(const Call& call) const {
    HttpRequest request;
    request.method = call.method;
    request.url = options_.server + call.path;
    request.headers["accept"] = call.accept;
    request.headers["user-agent"] = options_.user_agent;
    if (!options_.token.empty()) {
        request.headers["authorization"] = "Bearer " + options_.token;
    }
    if (!call.body.empty()) {
        request.headers["content-type"] = call.content_type;
        request.body = call.body;
    }
    request.deadline = options_.deadline;
    request.stop = options_.stop;
    return request;
}

Result<HttpResponse> Client::exchange(const Call& call) {
    return repeat(call, [&](const HttpRequest& request) { return http_.send(request); });
}

Result<HttpResponse> Client::repeat(
    const Call& call, const std::function<Result<HttpResponse>(const HttpRequest&)>& once
) {
    const HttpRequest request = request_of(call);
    const Duration start = timer_.elapsed();
    for (int attempt = 1;; ++attempt) {
        Result<HttpResponse> response = once(request);
        if (response && response->is_success()) {
            return response;
        }
        Error error = response ? error_of(*response, call.subject) : response.error();
        Failure failure = {.code = error.code};
        if (response) {
            failure.is_declined = response->status == 429 || response->status == 503;
            failure.retry_after = retry_after(*response);
        } else {
            error.context.push_back(call.subject);
        }
        const std::optional<Duration> pause =
            next_pause(options_.retry, attempt, call.repeat, failure, random_);
        if (!pause) {
            if (failure.is_declined && error.code == ErrorCode::unavailable) {
                error.help = declined_help(attempt, timer_.elapsed() - start);
            }
            return std::unexpected(std::move(error));
        }
        TRY(timer_.pause(*pause, options_.stop));
    }
}

Result<Json> Client::exchange_json(const Call& call) {
    const HttpResponse response = TRY(exchange(call));
    return Json::parse(response.body, JsonNumbers::any).with(call.subject);
}

Result<Discovery> Client::ask_for_kinds() {
    Discovery found;
    for (const std::string_view root : {"/api", "/apis"}) {
        const Json answer = TRY(exchange_json(
            {.path = std::string(root),
             .accept = discovery_media_type,
             .subject = "the kinds that the API server knows"}
        ));
        TRY(found.add(answer, root));
    }
    return found;
}

/// `seen` is how many answers the caller has looked at without success. Those who waited while
/// another thread asked share its answer, be it good or bad.
Result<void> Client::discover(int seen) {
    const std::lock_guard asking(discovering_);
    const auto outcome = [&]() -> Result<void> {
        return undiscovered_ ? Result<void>(std::unexpected(*undiscovered_)) : Result<void>();
    };
    {
        const std::lock_guard lock(mutex_);
        if (discoveries_ != seen) {
            return outcome();
        }
    }
    Result<Discovery> found = ask_for_kinds();
    const std::lock_guard lock(mutex_);
    ++discoveries_;
    undiscovered_ = found ? std::nullopt : std::optional(found.error());
    if (found) {
        discovery_ = *std::move(found);
    }
    return outcome();
}

Result<Resource> Client::resource_of(const std::string& api_version, const std::string& kind) {
    int seen = 0;
    const auto known = [&]() -> std::optional<Resource> {
        const std::lock_guard lock(mutex_);
        seen = discoveries_;
        const Resource* resource = discovery_.find(api_version, kind);
        return resource == nullptr ? std::nullopt : std::optional(*resource);
    };
    std::optional<Resource> resource = known();
    if (!resource) {
        // Perhaps it came with a CustomResourceDefinition since.
        TRY(discover(seen));
        resource = known();
    }
    if (!resource) {
        return std::unexpected(unknown_kind(api_version, kind));
    }
    return *std::move(resource);
}

Result<std::string> Client::path_of(const Ref& ref) {
    const Resource resource = TRY(resource_of(ref.api_version, ref.kind));
    if (resource.is_namespaced && ref.namespace_name.empty()) {
        return std::unexpected(names_no_namespace(ref));
    }
    return object_path(resource, ref);
}

Result<Json> Client::get(const Ref& ref) {
    return exchange_json({.path = TRY(path_of(ref)), .subject = display(ref)});
}

Result<Json> Client::apply(const Json& object, const ApplyOptions& options) {
    const Ref ref = TRY(ref_of(object));
    std::string path = TRY(path_of(ref));
    if (!options.subresource.empty()) {
        path += "/" + options.subresource;
    }
    path +=
        fmt::format("?fieldManager={}&fieldValidation=Strict", encode_query(options.field_manager));
    path += options.ownership == Ownership::take ? "&force=true" : "";
    path += options.mode == Mode::dry_run ? "&dryRun=All" : "";
    return exchange_json(
        {.method = "PATCH",
         .path = std::move(path),
         .body = object.dump(), // JSON is YAML.
         .content_type = "application/apply-patch+yaml",
         .subject = display(ref)}
    );
}

Result<Json> Client::write(const Json& object, std::string_view method) {
    const Ref ref = TRY(ref_of(object));
    std::string path = TRY(path_of(ref));
    if (method == "POST") {
        path.resize(path.rfind('/')); // The collection.
    }
    return exchange_json(
        {.method = method,
         .path = path + "?fieldManager=ducksnest&fieldValidation=Strict",
         .body = object.dump(),
         .subject = display(ref),
         .repeat = Repeat::if_declined}
    );
}

Result<Json> Client::create(const Json& object) {
    return write(object, "POST");
}

Result<Json> Client::replace(const Json& object) {
    return write(object, "PUT");
}

Result<void> Client::remove(const Ref& ref, const RemoveOptions& options) {
    constexpr std::string_view policies[] = {"Background", "Foreground", "Orphan"};
    const std::string path = TRY(path_of(ref));
    Json body = Json::object(
        {{"apiVersion", "v1"},
         {"kind", "DeleteOptions"},
         {"propagationPolicy", policies[static_cast<std::size_t>(options.propagation)]}}
    );
    Json preconditions;
    if (!options.uid.empty()) {
        preconditions.set("uid", options.uid);
    }
    if (!options.resource_version.empty()) {
        preconditions.set("resourceVersion", options.resource_version);
    }
    if (!preconditions.is_null()) {
        body.set("preconditions", std::move(preconditions));
    }
    if (options.grace_seconds >= 0) {
        body.set("gracePeriodSeconds", options.grace_seconds);
    }
    TRY(exchange({.method = "DELETE", .path = path, .body = body.dump(), .subject = display(ref)}));
    return {};
}

Result<void> Client::evict(const std::string& namespace_name, const std::string& pod) {
    const Ref ref = {
        .api_version = "v1", .kind = "Pod", .namespace_name = namespace_name, .name = pod
    };
    const Json body = Json::object(
        {{"apiVersion", "policy/v1"},
         {"kind", "Eviction"},
         {"metadata", Json::object({{"name", pod}, {"namespace", namespace_name}})}}
    );
    TRY(exchange(
        {.method = "POST",
         .path = TRY(path_of(ref)) + "/eviction",
         .body = body.dump(),
         .subject = display(ref)}
    ));
    return {};
}

Result<void> Client::ready() {
    TRY(exchange(
        {.path = "/readyz", .accept = "*/*", .subject = "asking whether the API server is ready"}
    ));
    return {};
}

Result<std::string> Client::server_version() {
    const Json answer =
        TRY(exchange_json({.path = "/version", .subject = "the API server's version"}));
    return text_at(answer, "gitVersion");
}

} // namespace ducksnest::kube
