#pragma once

#include "base/json.h"
#include "base/time.h"

#include <string>
#include <string_view>

/// What a hollow node says of the pods bound to it.
namespace ducksnest::local {

struct PodPlace {
    std::string node_address{};
    std::string pod_address{};
    Instant now{};
};

bool uses_host_network(const Json& pod);
bool is_being_deleted(const Json& pod);
/// Whether its status needs no more from us.
bool has_started(const Json& pod);

/// The pod's status as its node would report it, to be applied: all containers run and are ready;
/// those of a pod that is meant to end have ended well.
Json with_status(const Json& pod, const PodPlace& place);

/// An entry of a `conditions` list (metav1.Condition and its older relatives).
Json condition(std::string_view type, bool holds, Instant since, std::string_view reason);

} // namespace ducksnest::local
