#include "deploy/lease.h"

#include <algorithm>

namespace ducksnest::deploy {

Duration rest_of(const Lease& lease, const BootMoment& now) {
    const Duration end = lease.end.boot_id == now.boot_id ? lease.end.since_boot : lease.length;
    return std::max(end - now.since_boot, Duration());
}

Result<Lease>
take(const std::optional<Lease>& found, const LeaseRequest& request, const BootMoment& now) {
    if (found && found->token != request.token) {
        if (const Duration rest = rest_of(*found, now); rest > Duration()) {
            return fail(
                ErrorCode::conflict,
                "another deployment is at work: " + found->holder,
                "wait for it; if it has died, its hold ends by itself in " +
                    format_duration(std::chrono::ceil<std::chrono::seconds>(rest))
            );
        }
    }
    return Lease{
        .holder = request.holder,
        .token = request.token,
        .length = request.length,
        .end = {.boot_id = now.boot_id, .since_boot = now.since_boot + request.length},
    };
}

Result<void>
check_held(const std::optional<Lease>& found, const std::string& token, const BootMoment& now) {
    if (!found || found->token != token) {
        return fail(
            ErrorCode::conflict,
            found && rest_of(*found, now) > Duration()
                ? "another deployment is at work: " + found->holder
                : "this deployment does not hold the node",
            "run `ducksnest deploy` again: it goes on from what it finds"
        );
    }
    // One's own that ran out is still one's own while nobody else has taken it.
    return {};
}

Json to_json(const Lease& lease) {
    return Json::object({
        {"schema", "ducksnest.lease/1"},
        {"holder", lease.holder},
        {"token", lease.token},
        {"length_ms", std::int64_t{lease.length.count()}},
        {"end_boot_id", lease.end.boot_id},
        {"end_ms", std::int64_t{lease.end.since_boot.count()}},
    });
}

Result<Lease> parse_lease(const Json& json) {
    const auto text = [&](std::string_view key) {
        const Json* value = json.find(key);
        return value == nullptr ? nullptr : value->as_string();
    };
    const auto number = [&](std::string_view key) {
        const Json* value = json.find(key);
        return value == nullptr ? nullptr : value->as_int();
    };
    const std::string* schema = text("schema");
    if (schema == nullptr || *schema != "ducksnest.lease/1" || text("holder") == nullptr ||
        text("token") == nullptr || text("end_boot_id") == nullptr ||
        number("length_ms") == nullptr || number("end_ms") == nullptr) {
        return fail(ErrorCode::corrupt, "the lease is not of schema `ducksnest.lease/1`");
    }
    return Lease{
        .holder = *text("holder"),
        .token = *text("token"),
        .length = Duration(*number("length_ms")),
        .end = {.boot_id = *text("end_boot_id"), .since_boot = Duration(*number("end_ms"))},
    };
}

} // namespace ducksnest::deploy
