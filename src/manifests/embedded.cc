#include "manifests/embedded.h"

namespace ducksnest::manifests {

// Written by ducksnest_embed.
extern const std::array<ManifestText, DUCKSNEST_MANIFEST_COUNT> embedded_table;

std::span<const ManifestText> embedded_manifests() {
    return embedded_table;
}

} // namespace ducksnest::manifests
