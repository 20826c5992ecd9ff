#include "aws/ec2_instance.h"

#include "aws/http_date.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace ducksnest::aws {
namespace {

Result<InstanceState> read_state(const XmlElement& item, std::string_view id) {
    constexpr std::array states = {
        InstanceState::pending,
        InstanceState::running,
        InstanceState::shutting_down,
        InstanceState::terminated,
        InstanceState::stopping,
        InstanceState::stopped,
    };
    const XmlElement* state = item.find("instanceState");
    const std::string_view name = state == nullptr ? std::string_view() : state->get("name");
    const auto* found =
        std::ranges::find_if(states, [&](InstanceState known) { return to_string(known) == name; });
    if (found == states.end()) {
        return fail(
            ErrorCode::corrupt,
            "the instance `" + std::string(id) + "` is in the unknown state `" + std::string(name) +
                "`"
        );
    }
    return *found;
}

/// Elements of a set, none when it is missing.
const std::vector<XmlElement>& items_of(const XmlElement& parent, std::string_view set) {
    static const std::vector<XmlElement> none;
    const XmlElement* found = parent.find(set);
    return found == nullptr ? none : found->children;
}

Result<Instance> read_instance(const XmlElement& item) {
    Instance instance = {.id = std::string(item.get("instanceId"))};
    if (instance.id.empty()) {
        return fail(ErrorCode::corrupt, "an instance has no id");
    }
    instance.state = TRY(read_state(item, instance.id));
    instance.type = item.get("instanceType");
    instance.subnet = item.get("subnetId");
    instance.address = item.get("privateIpAddress");
    instance.token = item.get("clientToken");
    instance.launched = parse_listed_date(item.get("launchTime")).value_or(Instant());
    if (const XmlElement* placement = item.find("placement")) {
        instance.zone = placement->get("availabilityZone");
    }
    if (const XmlElement* reason = item.find("stateReason")) {
        instance.state_reason = reason->get("message");
    }
    for (const XmlElement& tag : items_of(item, "tagSet")) {
        // Amazon's own, such as which launch template it was (Amazon EC2 User Guide, "Tag your
        // Amazon EC2 resources").
        if (!tag.get("key").starts_with("aws:")) {
            instance.tags.emplace(tag.get("key"), tag.get("value"));
        }
    }
    return instance;
}

} // namespace

Result<std::vector<Instance>> read_reservation(const XmlElement& reservation) {
    std::vector<Instance> instances;
    for (const XmlElement& item : items_of(reservation, "instancesSet")) {
        instances.push_back(TRY(read_instance(item)));
    }
    return instances;
}

Result<std::vector<Instance>> read_reservations(const XmlElement& answer) {
    std::vector<Instance> instances;
    for (const XmlElement& reservation : items_of(answer, "reservationSet")) {
        std::vector<Instance> some = TRY(read_reservation(reservation));
        std::ranges::move(some, std::back_inserter(instances));
    }
    return instances;
}

} // namespace ducksnest::aws
