#include "age/ssh_wire.h"

#include "base/assert.h"

#include <limits>

namespace ducksnest::age {

Result<ByteView> WireReader::take(std::size_t size) {
    if (size > rest_.size()) {
        return fail(ErrorCode::invalid, "the SSH key is cut off");
    }
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

Result<std::uint32_t> WireReader::number() {
    std::uint32_t number = 0;
    for (const std::uint8_t byte : TRY(take(4))) {
        number = (number << 8U) | byte;
    }
    return number;
}

Result<ByteView> WireReader::string() {
    return take(TRY(number()));
}

Result<ByteView> WireReader::positive_integer() {
    ByteView bytes = TRY(string());
    const bool is_positive = !bytes.empty() && bytes[0] < 0x80;
    // A zero in front only keeps the sign bit clear (RFC 4251: no unnecessary leading bytes).
    const bool has_zero = is_positive && bytes[0] == 0;
    if (!is_positive || (has_zero && (bytes.size() < 2 || bytes[1] < 0x80))) {
        return fail(ErrorCode::invalid, "the SSH key has a malformed integer");
    }
    return bytes.subspan(has_zero ? 1 : 0);
}

void append_number(Bytes& out, std::uint32_t number) {
    for (unsigned shift = 32; shift > 0;) {
        shift -= 8;
        out.push_back(static_cast<std::uint8_t>((number >> shift) & 255U));
    }
}

void append_string(Bytes& out, ByteView bytes) {
    ASSERT(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
    append_number(out, static_cast<std::uint32_t>(bytes.size()));
    append(out, bytes);
}

void append_string(Bytes& out, std::string_view text) {
    append_string(out, as_bytes(text));
}

} // namespace ducksnest::age
