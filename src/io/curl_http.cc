#include "io/curl_http.h"

#include "base/assert.h"
#include "io/curl_transfer.h"

#include <mutex>
#include <utility>
#include <vector>

namespace ducksnest::io {
namespace {

void start_curl_once() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    ASSERT(code == CURLE_OK);
}

} // namespace

struct CurlHttp::State {
    HttpOptions options{};
    std::mutex mutex{};
    std::vector<CurlLane> idle{}; ///< Last in, first out: the warmest connection is used next.

    CurlLane take() {
        const std::lock_guard lock(mutex);
        if (idle.empty()) {
            return {};
        }
        CurlLane lane = std::move(idle.back());
        idle.pop_back();
        return lane;
    }

    void give_back(CurlLane lane) {
        const std::lock_guard lock(mutex);
        idle.push_back(std::move(lane));
    }

    Result<HttpResponse> exchange(const HttpRequest& request, const HttpReceiver* receiver) {
        CurlLane lane = take();
        Result<HttpResponse> response = CurlTransfer(lane, options, request, receiver).run();
        give_back(std::move(lane));
        return response;
    }
};

CurlHttp::CurlHttp(HttpOptions options)
    : state_(std::make_unique<State>()) {
    start_curl_once();
    state_->options = std::move(options);
}

CurlHttp::~CurlHttp() = default;

Result<HttpResponse> CurlHttp::send(const HttpRequest& request) {
    return state_->exchange(request, nullptr);
}

Result<HttpResponse> CurlHttp::stream(const HttpRequest& request, const HttpReceiver& receiver) {
    return state_->exchange(request, &receiver);
}

} // namespace ducksnest::io
