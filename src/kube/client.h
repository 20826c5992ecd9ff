#pragma once

#include "kube/discovery.h"
#include "kube/retry.h"
#include "ports/http.h"
#include "ports/kube.h"
#include "ports/random.h"
#include "ports/timer.h"

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace ducksnest::kube {

struct ClientOptions {
    std::string server{}; ///< "https://10.20.0.10:6443", without a slash at the end.
    std::string token{};  ///< A bearer token; empty when the certificate says who we are.
    std::string user_agent = "ducksnest";
    RetryPolicy retry{};
    Duration deadline = Duration(30'000); ///< Of one exchange, except for watches.
    std::stop_token stop{};
};

/// The Kube door over HTTP. Which kinds the server knows is asked once, and again when a kind is
/// missing. Calls that pass on a second try are made again, see `RetryPolicy`.
class Client final : public Kube {
public:
    /// The three doors must outlive the client.
    Client(Http& http, Timer& timer, Random& random, ClientOptions options);

    Result<Json> get(const Ref& ref) override;
    Result<std::string> list(const ListQuery& query, const ObjectReceiver& receiver) override;
    Result<void> watch(const WatchQuery& query, const EventReceiver& receiver) override;
    Result<Json> apply(const Json& object, const ApplyOptions& options) override;
    Result<Json> create(const Json& object) override;
    Result<Json> replace(const Json& object) override;
    Result<void> remove(const Ref& ref, const RemoveOptions& options) override;
    Result<void> evict(const std::string& namespace_name, const std::string& pod) override;

    /// Whether the server says that it is ready (`/readyz`); `unavailable` says what is not.
    Result<void> ready();
    /// "v1.36.5".
    Result<std::string> server_version();

private:
    struct Call {
        std::string_view method = "GET";
        std::string path{}; ///< With query.
        std::string body{};
        std::string_view content_type = "application/json";
        std::string_view accept = "application/json";
        std::string subject{};
        Repeat repeat = Repeat::safe;
    };
    struct Page {
        std::string version{};
        std::string next{};   ///< Token of the next page; empty after the last.
        bool is_over = false; ///< The receiver wanted no more.
    };

    HttpRequest request_of(const Call& call) const;
    Result<HttpResponse> exchange(const Call& call);
    Result<HttpResponse>
    repeat(const Call& call, const std::function<Result<HttpResponse>(const HttpRequest&)>& once);
    Result<Json> exchange_json(const Call& call);
    Result<Resource> resource_of(const std::string& api_version, const std::string& kind);
    Result<void> discover(int seen);
    Result<Discovery> ask_for_kinds();
    Result<std::string> path_of(const Ref& ref);
    Result<std::string> collection_query(const ListQuery& query);
    Result<Page>
    list_page(const ListQuery& query, const std::string& path, const ObjectReceiver& receiver);
    Result<Json> write(const Json& object, std::string_view method);

    Http& http_;
    Timer& timer_;
    Random& random_;
    ClientOptions options_;
    std::mutex mutex_{};
    // These three are guarded by `mutex_`.
    Discovery discovery_{};
    int discoveries_ = 0;                 ///< How often the server was asked.
    std::optional<Error> undiscovered_{}; ///< Why the last time failed.
    std::mutex discovering_{};            ///< Held while asking, so that one thread asks for all.
};

} // namespace ducksnest::kube
