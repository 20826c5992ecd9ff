#pragma once

#include "plan/context.h"
#include "plan/plan.h"

#include <optional>
#include <string>
#include <vector>

namespace ducksnest::plan {

/// Patroni's own defaults; they obey loop_wait + 2 x retry_timeout <= ttl. Lower values would turn
/// a slow moment of the tailnet into a failover.
struct FailoverTimings {
    Duration ttl = std::chrono::seconds(30);
    Duration loop_wait = std::chrono::seconds(10);
    Duration retry_timeout = std::chrono::seconds(10);
    Duration promotion = std::chrono::seconds(5); ///< Promote, relabel, endpoints follow.

    Duration failover() const { return ttl + loop_wait + promotion; }
};

/// What restoring from the backup bucket onto a bought machine takes, when no standby survives.
struct RestoreTimings {
    Duration archive_timeout =
        std::chrono::seconds(60);                 ///< WAL reaches the bucket at least so often.
    Duration machine = std::chrono::seconds(180); ///< Launch, boot, join, pod start.
    std::int64_t mebibytes_per_second = 50;
};

enum class DatabaseProblem : std::uint8_t {
    none,
    fits_nowhere, ///< Not even one member.
    rpo,          ///< No placement loses as little.
    rto,          ///< No placement is back as soon.
};

struct DatabasePlan {
    std::vector<DatabaseMember> members{};
    DatabaseProblem problem = DatabaseProblem::none;
    std::vector<std::string> arithmetic{}; ///< Why there is a problem, for people.
    std::string help{};
};

/// Processors each member asks for.
inline constexpr std::int64_t database_millicpus = 250;

/// Members for the promised rpo and rto. Losing a site must lose no more than `rpo` and take no
/// longer than `rto`: below `ttl` of loss that needs a synchronous standby in another site, because
/// only a standby that certainly has every commit may be promoted. Never on a small machine.
/// The homelab must have a database.
DatabasePlan plan_database(const Context& context);

} // namespace ducksnest::plan
