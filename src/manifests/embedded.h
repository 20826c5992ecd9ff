#pragma once

#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace ducksnest::manifests {

/// Path below `manifests/` ("coredns/dns.yaml") and text.
using ManifestText = std::pair<std::string_view, std::string_view>;

/// The files of `manifests/`, compiled in: the program carries what it applies. Sorted by path.
std::span<const ManifestText> embedded_manifests();

} // namespace ducksnest::manifests
