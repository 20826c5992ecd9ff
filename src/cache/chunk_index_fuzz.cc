#include "base/assert.h"
#include "cache/chunk_index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace ducksnest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 16) {
        return 0;
    }
    const ByteView input(bytes, size);
    // Sizes come from the input too, small enough to be met now and then.
    const std::uint64_t file_size = input[0] | (std::uint64_t{input[1]} << 8U);
    const std::uint64_t nar_size = input[2] | (std::uint64_t{input[3]} << 8U);
    const ByteView tail = input.subspan(4);
    const auto index = cache::parse_chunk_index(tail, file_size, nar_size);
    if (index) {
        const Bytes written = cache::format_chunk_index(*index);
        ASSERT(written.size() <= cache::chunk_index_max(nar_size) || nar_size < cache::chunk_min);
        ASSERT(std::ranges::equal(written, tail.last(written.size())));
    }
    return 0;
}
