#pragma once

#include "ports/http.h"

#include <memory>

namespace ducksnest::io {

/// libcurl behind the Http door: HTTP/2 where the server offers it over TLS, TLS 1.2 or newer.
/// Calls from several threads go over connections of their own, which are kept for the next call.
class CurlHttp final : public Http {
public:
    explicit CurlHttp(HttpOptions options);
    ~CurlHttp() override;
    CurlHttp(const CurlHttp&) = delete;
    CurlHttp& operator=(const CurlHttp&) = delete;

    Result<HttpResponse> send(const HttpRequest& request) override;
    Result<HttpResponse> stream(const HttpRequest& request, const HttpReceiver& receiver) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace ducksnest::io
