#include "kube/lease.h"

#include "kube/object.h"

#include <fmt/format.h>

namespace ducksnest::kube {
namespace {

/// Leases count in microseconds (meta/v1 MicroTime): "2026-11-21T09:30:00.250000Z".
std::string format_micro_time(Instant time) {
    std::string text = format_time(time);
    const auto rest = time.time_since_epoch() % std::chrono::seconds(1);
    text.pop_back();
    return fmt::format("{}.{:03}000Z", text, rest.count());
}

Result<Instant> parse_micro_time(const std::string& text) {
    const std::size_t point = text.find('.');
    if (point == std::string::npos) {
        return parse_time(text);
    }
    const Instant whole = TRY(parse_time(text.substr(0, point) + "Z"));
    Duration fraction{};
    Duration unit(100);
    for (const char digit : text.substr(point + 1)) {
        if (digit >= '0' && digit <= '9') {
            fraction += unit * (digit - '0');
            unit /= 10;
        }
    }
    return whole + fraction;
}

} // namespace

Json lease_json(const Lease& lease) {
    Json metadata = Json::object({{"name", lease.name}, {"namespace", lease.namespace_name}});
    if (!lease.resource_version.empty()) {
        metadata.set("resourceVersion", lease.resource_version);
    }
    Json spec = Json::object(
        {{"leaseDurationSeconds", lease.length.count() / 1000},
         {"acquireTime", format_micro_time(lease.acquired)},
         {"renewTime", format_micro_time(lease.renewed)},
         {"leaseTransitions", lease.transitions}}
    );
    if (!lease.holder.empty()) {
        spec.set("holderIdentity", lease.holder);
    }
    return Json::object(
        {{"apiVersion", "coordination.k8s.io/v1"},
         {"kind", "Lease"},
         {"metadata", std::move(metadata)},
         {"spec", std::move(spec)}}
    );
}

Result<Lease> parse_lease(const Json& json) {
    Lease lease = {
        .namespace_name = text_at(json, "metadata.namespace"),
        .name = text_at(json, "metadata.name"),
        .holder = text_at(json, "spec.holderIdentity"),
        .length = std::chrono::seconds(int_at(json, "spec.leaseDurationSeconds", 0)),
        .transitions = static_cast<int>(int_at(json, "spec.leaseTransitions", 0)),
        .resource_version = text_at(json, "metadata.resourceVersion"),
    };
    const std::string frame = "reading the lease `" + lease.name + "`";
    if (const std::string text = text_at(json, "spec.acquireTime"); !text.empty()) {
        lease.acquired = TRY(parse_micro_time(text).with(frame));
    }
    if (const std::string text = text_at(json, "spec.renewTime"); !text.empty()) {
        lease.renewed = TRY(parse_micro_time(text).with(frame));
    }
    return lease;
}

Result<Lease> read_lease(Kube& kube, const std::string& namespace_name, const std::string& name) {
    return parse_lease(TRY(kube.get(
        {.api_version = "coordination.k8s.io/v1",
         .kind = "Lease",
         .namespace_name = namespace_name,
         .name = name}
    )));
}

Result<Lease> write_lease(Kube& kube, const Lease& lease) {
    const Json json = lease_json(lease);
    return parse_lease(TRY(lease.resource_version.empty() ? kube.create(json) : kube.replace(json))
    );
}

} // namespace ducksnest::kube
