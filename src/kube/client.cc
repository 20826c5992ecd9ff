#include "kube/client.h"

#include "kube/object.h"
#include "kube/status.h"

#include <fmt/format.h>

namespace ducksnest::kube {

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
            return std::unexpected(std::move(error));
        }
        TRY(timer_.pause(*pause, options_.stop));
    }
}

Result<Json> Client::exchange_json(const Call& call) {
    const HttpResponse response = TRY(exchange(call));
    return Json::parse(response.body, JsonNumbers::any).with(call.subject);
}

Result<void> Client::discover() {
    Discovery found;
    for (const std::string_view root : {"/api", "/apis"}) {
        const Json answer = TRY(exchange_json(
            {.path = std::string(root),
             .accept = discovery_media_type,
             .subject = "the kinds that the API server knows"}
        ));
        TRY(found.add(answer, root));
    }
    const std::lock_guard lock(mutex_);
    discovery_ = std::move(found);
    return {};
}

Result<Resource> Client::resource_of(const std::string& api_version, const std::string& kind) {
    const auto known = [&]() -> std::optional<Resource> {
        const std::lock_guard lock(mutex_);
        const Resource* resource = discovery_.find(api_version, kind);
        return resource == nullptr ? std::nullopt : std::optional(*resource);
    };
    std::optional<Resource> resource = known();
    if (!resource) {
        // Perhaps it came with a CustomResourceDefinition since.
        TRY(discover());
        resource = known();
    }
    if (!resource) {
        return fail(
            ErrorCode::not_found,
            fmt::format("the API server knows no kind `{}` in `{}`", kind, api_version),
            "check `apiVersion` and `kind`; a custom kind needs its CustomResourceDefinition first"
        );
    }
    return *std::move(resource);
}

Result<Json> Client::get(const Ref& ref) {
    const Resource resource = TRY(resource_of(ref.api_version, ref.kind));
    return exchange_json({.path = object_path(resource, ref), .subject = display(ref)});
}

Result<Json> Client::apply(const Json& object, const ApplyOptions& options) {
    const Ref ref = TRY(ref_of(object));
    const Resource resource = TRY(resource_of(ref.api_version, ref.kind));
    std::string path = object_path(resource, ref);
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
    const Resource resource = TRY(resource_of(ref.api_version, ref.kind));
    return exchange_json(
        {.method = method,
         .path = (method == "POST" ? collection_path(resource, ref.namespace_name)
                                   : object_path(resource, ref)) +
                 "?fieldManager=ducksnest&fieldValidation=Strict",
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
    const Resource resource = TRY(resource_of(ref.api_version, ref.kind));
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
    TRY(exchange(
        {.method = "DELETE",
         .path = object_path(resource, ref),
         .body = body.dump(),
         .subject = display(ref)}
    ));
    return {};
}

Result<void> Client::evict(const std::string& namespace_name, const std::string& pod) {
    const Ref ref = {
        .api_version = "v1", .kind = "Pod", .namespace_name = namespace_name, .name = pod
    };
    const Resource resource = TRY(resource_of(ref.api_version, ref.kind));
    const Json body = Json::object(
        {{"apiVersion", "policy/v1"},
         {"kind", "Eviction"},
         {"metadata", Json::object({{"name", pod}, {"namespace", namespace_name}})}}
    );
    TRY(exchange(
        {.method = "POST",
         .path = object_path(resource, ref) + "/eviction",
         .body = body.dump(),
         .subject = display(ref)}
    ));
    return {};
}

Result<void> Client::ready() {
    TRY(exchange({.path = "/readyz", .accept = "*/*", .subject = "the API server's readiness"}));
    return {};
}

Result<std::string> Client::server_version() {
    const Json answer =
        TRY(exchange_json({.path = "/version", .subject = "the API server's version"}));
    return text_at(answer, "gitVersion");
}

} // namespace ducksnest::kube
