#include "base/assert.h"
#include "base/bytes.h"
#include "pki/index.h"

using namespace ducksnest;

/// Foreign bytes as an index: refused, or read into something with one canonical form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (const auto index = pki::parse_index(as_text(ByteView(bytes, size)))) {
        const std::string text = pki::encode_index(*index);
        const auto again = pki::parse_index(text);
        ASSERT(again.has_value() && *again == *index);
        ASSERT(pki::encode_index(*again) == text);
    }
    return 0;
}
