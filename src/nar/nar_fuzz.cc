#include "base/assert.h"
#include "nar/reader.h"
#include "nar/testing/memory_tree.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace ducksnest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const ByteView archive(bytes, size);
    nar::testing::MemoryTreeTarget target;
    nar::Reader reader(target, {.size_max = size});
    // In two pieces, so that every token is cut somewhere.
    const std::size_t cut = size / 2;
    if (reader.feed(archive.first(cut)) && reader.feed(archive.subspan(cut)) && reader.finish()) {
        // An archive has one spelling: what was read is what would be written.
        ASSERT(std::ranges::equal(nar::testing::archive_of(target.tree()), archive));
    }
    return 0;
}
