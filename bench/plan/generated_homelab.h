#pragma once

#include <cstddef>
#include <string>

namespace ducksnest::bench {

/// A homelab.toml with so many nodes in four sites, three of them control planes, an app for every
/// fifty nodes, and everything else a homelab has. The same count gives the same text.
std::string generated_homelab(std::size_t nodes);

} // namespace ducksnest::bench
