#include "manifests/calico.h"

#include "base/bytes.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "diag/diagnostic.h"
#include "plan/versions.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::manifests {

const PinnedFile& calico_definitions() {
    static constexpr PinnedFile file{
        .name = plan::calico_definitions_name,
        .url = plan::calico_definitions_url,
        .sha256 = plan::calico_definitions_sha256,
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
