#include "age/age.h"
#include "age/ssh_public.h"
#include "base/assert.h"
#include "base/encoding.h"

#include <cstddef>
#include <cstdint>

using namespace ducksnest;
using namespace ducksnest::age;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const ByteView input(bytes, size);
    // Once as the line of a file, and once as the bytes inside the base64 of such a line.
    const std::string wrapped = "ssh-rsa " + encode_base64(input);
    for (const std::string_view text : {as_text(input), std::string_view(wrapped)}) {
        if (const auto recipient = Recipient::parse(text)) {
            ASSERT(Recipient::parse(recipient->text()).value() == *recipient);
        }
    }
    const auto key = parse_ssh_public_wire(input);
    ASSERT(!key || key->wire == Bytes(input.begin(), input.end()));
    return 0;
}
