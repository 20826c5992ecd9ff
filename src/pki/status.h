#pragma once

#include "base/json.h"
#include "pki/certs.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::pki {

enum class Kind : std::uint8_t { authority, certificate, secret };
enum class Condition : std::uint8_t { good, expiring, expired, due, missing };
/// "ok", "expiring", "expired", "due", "missing".
std::string_view to_string(Condition condition);

/// One line of `certs status`.
struct StatusRow {
    Kind kind = Kind::certificate;
    std::string name{};
    std::string authority{}; ///< Who signed it: "cluster 1"; empty for secrets.
    std::vector<std::string> owners{};
    std::vector<std::string> names{}; ///< DNS names and addresses in it.
    /// Who can open the key, read from the age file itself: "firebat", "operator duck@desk", or
    /// "unknown ssh-ed25519 AbCdEf" for a tag that is nobody's in the plan.
    std::vector<std::string> readers{};
    std::optional<Instant> not_after{};
    std::int64_t days_left = 0; ///< Whole days until `not_after`; negative when it is over.
    Condition condition = Condition::good;
    std::string note{}; ///< Why it is due: "its names changed: + `x`".
    std::vector<std::string> units{};
};

struct Status {
    std::vector<StatusRow> rows{}; ///< Authorities, then certificates, then secrets, by name.
    std::vector<std::pair<std::string, std::string>> phases{
    }; ///< Authority to phase, unless stable.
    std::vector<std::string> warnings{};
    std::vector<Problem> problems{};
    std::vector<std::string> to_remove{}; ///< Still there although the plan has dropped it.

    /// Nothing to do: `certs status --exit-code` ends with 0.
    bool is_good() const;
};

/// Looks at the folder without any private key. A folder that disagrees with its index is reported,
/// not refused.
Result<Status> look_at(const Request& request, Tools tools);

/// For `--json`: schema "ducksnest.certs-status/1".
Json to_json(const Status& status);

} // namespace ducksnest::pki
