#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ducksnest::aws {

/// Parameters of a query, not encoded, in the order in which they are sent.
using Query = std::vector<std::pair<std::string, std::string>>;

enum class Slashes : std::uint8_t { keep, encode };

/// Everything but letters, digits and `-._~` as %XX in upper case, as AWS signs it (RFC 3986
/// section 2.3; AWS IAM User Guide, "Create a signed AWS API request").
std::string percent_encode(std::string_view text, Slashes slashes = Slashes::encode);

/// The opposite; `+` stays. `invalid` for a `%` without two hexadecimal digits.
Result<std::string> percent_decode(std::string_view text);

/// "a=1&b=", sorted by encoded name, then by encoded value: what is signed is also what is sent.
std::string canonical_query(const Query& query);

/// A URL of the forms that ducksnest is given: "https://host:port/path?a=b".
struct Url {
    std::string scheme{};
    std::string host{}; ///< With the port, when there is one.
    std::string path{}; ///< As it stands there; "" or beginning with `/`.
    Query query{};      ///< Decoded.
};

/// `invalid` for everything without "scheme://", and for user names and fragments.
Result<Url> parse_url(std::string_view text);

} // namespace ducksnest::aws
