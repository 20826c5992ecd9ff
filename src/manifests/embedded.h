#pragma once

#include <span>
#include <string_view>

namespace ducksnest::manifests {

/// A file of the folder `manifests/`, compiled in: the program carries what it applies.
struct EmbeddedFile {
    std::string_view path{}; ///< Below `manifests/`: "coredns/dns.yaml".
    std::string_view text{};
};

/// Sorted by path.
std::span<const EmbeddedFile> embedded_manifests();

} // namespace ducksnest::manifests
