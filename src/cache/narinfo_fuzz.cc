#include "base/assert.h"
#include "cache/narinfo.h"

#include <cstddef>
#include <cstdint>

using namespace ducksnest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto narinfo = cache::parse_narinfo(as_text(ByteView(bytes, size)));
    if (narinfo) {
        // What was understood survives being written.
        const auto again = cache::parse_narinfo(cache::format_narinfo(*narinfo));
        ASSERT(again.has_value() && *again == *narinfo);
        ASSERT(cache::fingerprint(*again) == cache::fingerprint(*narinfo));
    }
    return 0;
}
