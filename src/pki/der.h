#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

/// DER (ITU-T X.690), as much of it as certificates and keys need.
namespace ducksnest::pki::der {

/// Identifier octets: universal tags, and context-specific ones by number.
enum class Tag : std::uint8_t {
    boolean = 0x01,
    integer = 0x02,
    bit_string = 0x03,
    octet_string = 0x04,
    oid = 0x06,
    utf8_string = 0x0c,
    utc_time = 0x17,
    generalized_time = 0x18,
    sequence = 0x30,
    set = 0x31,
};

constexpr Tag context(std::uint8_t number) {
    return static_cast<Tag>(0x80 | number);
}
constexpr Tag context_constructed(std::uint8_t number) {
    return static_cast<Tag>(0xa0 | number);
}

/// Appends values one after another. A constructed value is written by a function that writes what
/// is inside it.
class Writer {
public:
    explicit Writer(std::size_t expected_size = 512) { out_.reserve(expected_size); }

    void value(Tag tag, ByteView content);
    void constructed(Tag tag, std::invocable auto&& inside) {
        const std::size_t start = begin(tag);
        inside();
        end(start);
    }
    void sequence(std::invocable auto&& inside) { constructed(Tag::sequence, inside); }

    void boolean(bool value);
    /// Unsigned, in the fewest octets.
    void integer(std::uint64_t value);
    void utf8(std::string_view text) { value(Tag::utf8_string, as_bytes(text)); }
    /// Whole octets: no unused bits.
    void bit_string(ByteView bytes);
    /// An element that is encoded already.
    void raw(ByteView element) { append(out_, element); }

    const Bytes& bytes() const { return out_; }
    Bytes take() { return std::move(out_); }

private:
    std::size_t begin(Tag tag);
    void end(std::size_t start);

    Bytes out_{};
};

struct Element {
    Tag tag{};
    ByteView content{};
    ByteView whole{}; ///< With identifier and length.
};

/// Reads values one after another, strictly: definite lengths in the shortest form, one-octet tags.
/// The bytes must outlive it. Every error's code is `corrupt`.
class Reader {
public:
    explicit Reader(ByteView bytes)
        : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }
    Result<Element> next();
    /// The next element when it has this tag; nothing is consumed otherwise.
    Result<std::optional<Element>> next_if(Tag tag);
    /// The next element's content, which must have this tag. `what` names it in the error.
    Result<ByteView> expect(Tag tag, std::string_view what);
    Result<Reader> enter(Tag tag, std::string_view what);
    Result<bool> boolean(std::string_view what);
    /// Not negative and below 2^64.
    Result<std::uint64_t> integer(std::string_view what);
    /// Fails when anything is left.
    Result<void> finish(std::string_view what) const;

private:
    ByteView rest_;
};

} // namespace ducksnest::pki::der
