#pragma once

#include "base/secret.h"
#include "ports/http.h"

#include <memory>
#include <string>
#include <vector>

namespace ducksnest::io {

/// Whoever asks for this host and port is sent to this address; names in certificates and headers
/// stay those of the URL.
struct AddressOverride {
    std::string host{};
    int port = 443;
    std::string address{};
};

enum class Proxies : std::uint8_t {
    none,
    environment, ///< As https_proxy and its siblings say.
};

struct CurlHttpOptions {
    std::string authorities{}; ///< PEM; empty trusts what the system trusts.
    std::string certificate{}; ///< PEM chain we show; empty shows none.
    Secret key{};              ///< PEM of the certificate's private key.
    std::vector<AddressOverride> addresses{};
    Proxies proxies = Proxies::none;
    Duration connect_timeout = Duration(10'000);
};

/// libcurl behind the Http door: HTTP/2 where the server offers it over TLS, TLS 1.2 or newer.
/// Calls from several threads go over connections of their own, which are kept for the next call.
class CurlHttp final : public Http {
public:
    explicit CurlHttp(CurlHttpOptions options);
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
