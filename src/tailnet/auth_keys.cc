#include "tailnet/auth_keys.h"

#include "base/json.h"
#include "base/secret_json.h"
#include "base/text.h"

#include <algorithm>
#include <optional>

namespace ducksnest::tailnet {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view client_prefix = "tskey-client-";
constexpr std::string_view client_help =
    "make an OAuth client in Tailscale's admin console under Settings, with the scope `auth_keys` "
    "and the tags of the machines; its secret begins with `tskey-client-`";

bool is_word(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9');
    });
}

/// The middle one of the three words after "tskey": the client's id, which is public.
Result<std::string> client_id(std::string_view secret) {
    const bool has_prefix = secret.starts_with(client_prefix);
    const std::vector<std::string_view> words =
        split(secret.substr(has_prefix ? client_prefix.size() : 0), '-');
    if (!has_prefix || words.size() != 2 || !std::ranges::all_of(words, is_word)) {
        return fail(
            ErrorCode::invalid,
            "that is no secret of a Tailscale OAuth client",
            std::string(client_help)
        );
    }
    return std::string(words.front());
}

/// A file's text, as editors leave it: without white space around it.
std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = std::min(text.find_first_not_of(white), text.size());
    const std::size_t end = text.find_last_not_of(white);
    return text.substr(begin, end == std::string_view::npos ? 0 : end + 1 - begin);
}

Error refusal(const HttpResponse& response, const std::string& what) {
    Error error = {.message = what + " failed: " + std::to_string(response.status)};
    const Result<Json> body = Json::parse(response.body, JsonNumbers::any);
    const Json* said = body ? body->find("message") : nullptr;
    if (said != nullptr && said->as_string() != nullptr) {
        error.message += ": " + *said->as_string();
    }
    switch (response.status) {
    case 401:
        error.code = ErrorCode::unauthenticated;
        error.help = client_help;
        break;
    case 403:
        error.code = ErrorCode::denied;
        error.help = "give the OAuth client the scope `auth_keys` and every tag it is asked for, "
                     "and name the tags in the tailnet's policy";
        break;
    case 404:
        error.code = ErrorCode::not_found;
        break;
    case 429:
        error.code = ErrorCode::unavailable;
        break;
    default:
        error.code = response.status >= 500 ? ErrorCode::unavailable : ErrorCode::invalid;
    }
    return error;
}

/// Three attempts, for what passes by itself.
Result<HttpResponse>
send(Http& http, Timer& timer, const HttpRequest& request, const std::string& what) {
    constexpr int attempts_max = 3;
    for (int attempt = 1;; ++attempt) {
        Result<HttpResponse> answer = http.send(request);
        if (answer && answer->is_success()) {
            return answer;
        }
        Error error = answer ? refusal(*answer, what) : std::move(answer).error();
        const bool is_passing =
            error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
        if (!is_passing || attempt == attempts_max) {
            return std::unexpected(std::move(error));
        }
        TRY(timer.pause(attempt * 500ms, {}));
    }
}

Result<Secret> take(std::string& body, std::string_view member, const std::string& what) {
    Result<std::optional<Secret>> value = read_secret_member(body, member);
    if (!value || !*value || (*value)->empty()) {
        return fail(
            ErrorCode::corrupt, what + " was answered without `" + std::string(member) + "`"
        );
    }
    return std::move(**value);
}

std::string bearer(const Secret& token) {
    return "Bearer " + std::string(as_text(token.view()));
}

} // namespace

Result<AuthKeys>
AuthKeys::sign_in(Http& http, Timer& timer, const std::string& api, const Secret& client) {
    const std::string_view secret = trimmed(as_text(client.view()));
    const std::string id = TRY(client_id(secret));
    HttpRequest request = {
        .method = "POST",
        .url = api + "/api/v2/oauth/token",
        .headers = {{"content-type", "application/x-www-form-urlencoded"}},
        // Words of letters, digits and `-` need no encoding.
        .body = "client_id=" + id + "&client_secret=" + std::string(secret),
        .deadline = 30s,
    };
    const std::string what = "signing in to Tailscale as `" + id + "`";
    Result<HttpResponse> answer = send(http, timer, request, what);
    wipe(request.body.data(), request.body.size());
    HttpResponse response = TRY(std::move(answer));
    Result<Secret> token = take(response.body, "access_token", what);
    wipe(response.body.data(), response.body.size());
    return AuthKeys(http, timer, api, TRY(std::move(token)));
}

Result<AuthKey> AuthKeys::make(const AuthKeyOrder& order) {
    const Json create = Json::object({
        {"ephemeral", false},
        {"preauthorized", true},
        {"reusable", false},
        {"tags", Json::strings(order.tags)},
    });
    const Json body = Json::object({
        {"capabilities", Json::object({{"devices", Json::object({{"create", create}})}})},
        {"description", order.description},
        {"expirySeconds", std::chrono::duration_cast<std::chrono::seconds>(order.lifetime).count()},
    });
    HttpRequest request = {
        .method = "POST",
        .url = api_ + "/api/v2/tailnet/-/keys",
        .headers = {{"authorization", bearer(token_)}, {"content-type", "application/json"}},
        .body = body.dump(),
        .deadline = 30s,
    };
    const std::string what = "making an auth key for " + join(order.tags, ", ");
    HttpResponse response = TRY(send(http_, timer_, request, what));
    AuthKey made;
    Result<Secret> key = take(response.body, "key", what);
    Result<Secret> id = take(response.body, "id", what);
    wipe(response.body.data(), response.body.size());
    made.key = TRY(std::move(key));
    made.id = as_text(TRY(std::move(id)).view());
    return made;
}

Result<void> AuthKeys::remove(const std::string& id) {
    const HttpRequest request = {
        .method = "DELETE",
        .url = api_ + "/api/v2/tailnet/-/keys/" + id,
        .headers = {{"authorization", bearer(token_)}},
        .deadline = 30s,
    };
    const Result<HttpResponse> answer =
        send(http_, timer_, request, "removing the auth key `" + id + "`");
    if (!answer && answer.error().code != ErrorCode::not_found) {
        return std::unexpected(answer.error());
    }
    return {};
}

} // namespace ducksnest::tailnet
