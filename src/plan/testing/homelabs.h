#pragma once

#include "model/homelab.h"

#include <cstdint>
#include <string>

/// Homelabs built by hand, for tests of what is planned from them.
namespace ducksnest::plan::testing {

/// A machine with what every machine has; `site` must be one of the homelab's.
struct NodeFacts {
    std::string name{};
    std::string site{};
    model::Role role = model::Role::worker;
    std::int64_t cpus = 4;
    model::Mebibytes memory = 16LL * 1024;
    model::Mebibytes disk = 400LL * 1024;
    std::string address{}; ///< Planned when empty.
};

/// The owner's homelab: firebat, ultra and old at home, control-plane on AWS, two apps, a database.
model::Homelab owners_homelab();
/// The same with firebat and ultra as further control planes.
model::Homelab three_control_planes();

/// Puts a node or an app into its sorted place.
void add_node(model::Homelab& homelab, const NodeFacts& facts);
void add_app(
    model::Homelab& homelab, std::string name, std::int64_t replicas, model::Mebibytes memory
);
/// Must exist.
model::Node& node(model::Homelab& homelab, std::string_view name);
void erase_node(model::Homelab& homelab, std::string_view name);

} // namespace ducksnest::plan::testing
