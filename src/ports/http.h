#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest {

/// Header names in lower case.
using HttpHeaders = std::map<std::string, std::string>;

struct HttpResponse {
    int status = 0;
    HttpHeaders headers{}; ///< Of repeated headers the last one.
    std::string body{};    ///< Empty when the body went to a receiver.

    bool is_success() const { return status >= 200 && status < 300; }
    /// A header's value, or "" when there is none. The name in lower case.
    std::string_view header(std::string_view name) const;
};

/// A request's body that is not in memory. It may be read again from any offset: a connection that
/// turns out to be closed costs a second try.
struct HttpUpload {
    std::uint64_t size = 0;
    /// Fills `out` with the bytes from `offset` on, all of it but at the end. A failure ends the
    /// call with that error.
    std::function<Result<std::size_t>(std::uint64_t offset, std::span<char> out)> read{};
};

/// Sees status and headers of a success before the first piece of its body; false ends the call
/// early, which is no error.
using HttpHeadReceiver = std::function<bool(const HttpResponse& head)>;

struct HttpRequest {
    std::string method = "GET";
    std::string url{}; ///< Absolute: "https://10.96.0.1:443/api/v1/nodes?limit=500".
    HttpHeaders headers{};
    std::string body{};
    std::optional<HttpUpload> upload{}; ///< Takes the place of `body`.
    /// Lets the server refuse before the body is sent (`Expect: 100-continue`, RFC 9110 section
    /// 10.1.1). Else a refusal may be lost: a server that answers, and closes while bytes still
    /// come, has its answer thrown away. Costs a round trip, and a second where it is not known.
    bool asks_first = false;
    HttpHeadReceiver on_head{};       ///< Only for `stream`; may be empty.
    Duration deadline{};              ///< From the first byte sent to the last received; 0 is none.
    Duration idle = Duration(30'000); ///< Longest time without a byte in or out; 0 is none.
    std::size_t body_max = 64ULL << 20U; ///< A longer buffered answer is `corrupt`.
    std::stop_token stop{};              ///< Ends the call at once with `interrupted`.
};

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

/// Who we are and whom we trust: fixed when a door is opened.
struct HttpOptions {
    std::string authorities{}; ///< PEM; empty trusts what the system trusts.
    std::string certificate{}; ///< PEM chain we show; empty shows none.
    Secret key{};              ///< PEM of the certificate's private key.
    std::vector<AddressOverride> addresses{};
    Proxies proxies = Proxies::none;
    Duration connect_timeout = Duration(10'000);
};

/// Takes a body piece by piece; false ends the call early, which is no error.
using HttpReceiver = std::function<bool(std::string_view piece)>;

/// Whether connections can be had and answers read, not what they say: every status is a success
/// here. Redirects are not followed, and nothing is retried. Safe to call from several threads at
/// once; connections are kept and used again.
///
/// Errors: `unavailable` (no connection, or it broke), `timeout` (deadline or idle passed),
/// `unauthenticated` (their certificate is not trusted, or ours is refused in the handshake),
/// `corrupt` (no valid HTTP, or longer than `body_max`), `interrupted`.
class Http {
public:
    virtual ~Http() = default;
    /// The whole answer at once.
    virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
    /// Hands the body of a success (2xx) to the receiver as it comes in, however long it is; any
    /// other answer comes back whole. The receiver runs on the caller's thread.
    virtual Result<HttpResponse>
    stream(const HttpRequest& request, const HttpReceiver& receiver) = 0;
};

} // namespace ducksnest
