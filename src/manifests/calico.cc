#include "manifests/calico.h"

#include "base/bytes.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "diag/diagnostic.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::manifests {

const PinnedFile& calico_definitions() {
    // The version is plan::calico_version; a test holds the two together.
    static constexpr PinnedFile file{
        .name = "calico-v3.31.7-crds.yaml",
        .url = "https://raw.githubusercontent.com/projectcalico/calico/v3.31.7/manifests/crds.yaml",
        .sha256 = "1d6d5e523f92ee1e8227a48c016229c668f94035431b82f19139affeb45dbeff",
    };
    return file;
}

Result<std::vector<Object>> read_calico_definitions(std::string_view text) {
    const PinnedFile& pinned = calico_definitions();
    const std::string found = encode_hex(sha256(as_bytes(text)));
    if (found != pinned.sha256) {
        return fail(
            ErrorCode::corrupt,
            fmt::format(
                "this is not `{}`: its SHA-256 is {}, expected {}",
                pinned.name,
                found,
                pinned.sha256
            ),
            fmt::format("download it again from {}", pinned.url)
        );
    }
    diag::Sources sources;
    std::vector<diag::Diagnostic> diagnostics;
    const std::uint32_t source = sources.add(std::string(pinned.name), std::string(text));
    const Values values;
    std::vector<Object> objects = read_objects(
        {.addon = "calico", .phase = Phase::definitions, .source = source},
        {.sources = sources, .values = values, .diagnostics = diagnostics}
    );
    if (!diagnostics.empty()) {
        return fail(ErrorCode::internal, diag::render(diagnostics.front(), sources));
    }
    return objects;
}

} // namespace ducksnest::manifests
