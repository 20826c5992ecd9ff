#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The data types of the SSH protocol (RFC 4251 section 5), as SSH keys use them.
namespace ducksnest::age {

/// Reads values one after another. Every failure is `invalid`; the message never repeats the bytes.
class WireReader {
public:
    explicit WireReader(ByteView bytes)
        : rest_(bytes) {}

    Result<std::uint32_t> number();
    /// A length and that many bytes. The view is into the bytes read from.
    Result<ByteView> string();
    /// The magnitude of a positive integer, without leading zeros.
    Result<ByteView> positive_integer();
    Result<ByteView> take(std::size_t size);

    ByteView rest() const { return rest_; }
    bool at_end() const { return rest_.empty(); }

private:
    ByteView rest_;
};

void append_number(Bytes& out, std::uint32_t number);
void append_string(Bytes& out, ByteView bytes);
void append_string(Bytes& out, std::string_view text);

} // namespace ducksnest::age
