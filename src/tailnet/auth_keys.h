#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "ports/http.h"
#include "ports/timer.h"

#include <string>
#include <vector>

namespace ducksnest::tailnet {

inline constexpr const char* usual_api = "https://api.tailscale.com";

/// What a key lets in: one machine, once, with these tags, without a person's approval.
struct AuthKeyOrder {
    std::vector<std::string> tags{}; ///< "tag:standby"; at least one.
    Duration lifetime{};             ///< How long it waits to be used; at most 90 days.
    std::string description{};       ///< For people; at most 50 letters, digits, spaces and `-`.
};

struct AuthKey {
    std::string id{};
    Secret key{};
};

/// The auth keys of a tailnet, by Tailscale's API (https://tailscale.com/api, "Keys"), as an OAuth
/// client with the scope `auth_keys` and the tags. No error shows a secret.
///
/// Errors: `unauthenticated` (the client's secret is not valid), `denied` (the client may not),
/// `invalid`, `unavailable` and `timeout` after a few attempts.
class AuthKeys {
public:
    /// Signs in with a client's secret ("tskey-client-…"), which holds the client's id. The
    /// doors must outlive the answer.
    static Result<AuthKeys>
    sign_in(Http& http, Timer& timer, const std::string& api, const Secret& client);

    /// Repeated after a lost answer: the key that nobody has seen ends unused.
    Result<AuthKey> make(const AuthKeyOrder& order);
    /// One that is gone already is no error.
    Result<void> remove(const std::string& id);

private:
    AuthKeys(Http& http, Timer& timer, std::string api, Secret token)
        : http_(http)
        , timer_(timer)
        , api_(std::move(api))
        , token_(std::move(token)) {}

    Http& http_;
    Timer& timer_;
    std::string api_;
    Secret token_;
};

} // namespace ducksnest::tailnet
