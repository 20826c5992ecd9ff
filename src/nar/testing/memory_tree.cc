#include "nar/testing/memory_tree.h"

#include "nar/writer.h"

namespace ducksnest::nar::testing {

Bytes archive_of(const MemoryTree& tree) {
    MemoryTreeSource source(tree);
    Bytes archive;
    const auto written = write(source, [&](ByteView piece) -> Result<void> {
        append(archive, piece);
        return {};
    });
    ASSERT(written.has_value());
    return archive;
}

} // namespace ducksnest::nar::testing
