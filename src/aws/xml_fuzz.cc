#include "aws/xml.h"
#include "base/bytes.h"

#include <cstddef>
#include <cstdint>

/// No text may crash the reader or make it nest without end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = ducksnest::aws::parse_xml(ducksnest::as_text({data, size}));
    return parsed && parsed->name.empty() ? -1 : 0;
}
