#include "base/assert.h"
#include "base/bytes.h"
#include "pki/index.h"

using namespace ducksnest;

namespace {

class Serial final : public Parallel {
public:
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override {
        for (std::size_t index = 0; index < count; ++index) {
            work(index);
        }
    }
};

} // namespace

/// Foreign bytes as an index: refused, or read into something with one canonical form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (const auto index = pki::parse_index(as_text(ByteView(bytes, size)))) {
        Serial serial;
        const std::string text = pki::encode_index(*index, serial);
        const auto again = pki::parse_index(text);
        ASSERT(again.has_value() && *again == *index);
        ASSERT(pki::encode_index(*again, serial) == text);
    }
    return 0;
}
