#include "manifests/addons.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Any bytes become objects or diagnostics that can be shown, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ducksnest;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::array<manifests::ManifestText, 1> files{{{"fuzz/services.yaml", text}}};
    const manifests::Values values{{"mtu", 1230}, {"domain", "cluster.local"}};
    const manifests::ManifestSet set = manifests::read_manifests(files, values);
    (void)diag::render_all(set.diagnostics, set.sources);
    return 0;
}
