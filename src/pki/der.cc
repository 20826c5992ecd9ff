#include "pki/der.h"

#include <array>
#include <string>

namespace ducksnest::pki::der {

namespace {

std::unexpected<Error> corrupt(std::string_view what, std::string_view why) {
    return fail(ErrorCode::corrupt, std::string(what) + " " + std::string(why));
}

/// Length octets in the shortest form (X.690 section 10.1), at the end of the array.
struct Length {
    std::array<std::uint8_t, 9> octets{};
    std::size_t size = 0;

    explicit Length(std::size_t length) {
        if (length < 0x80) {
            octets[0] = static_cast<std::uint8_t>(length);
            size = 1;
            return;
        }
        std::size_t count = 0;
        for (std::size_t left = length; left != 0; left >>= 8) {
            ++count;
        }
        octets[0] = static_cast<std::uint8_t>(0x80 | count);
        for (std::size_t index = 0; index < count; ++index) {
            octets[count - index] = static_cast<std::uint8_t>(length >> (8 * index));
        }
        size = count + 1;
    }
    ByteView view() const { return ByteView(octets).first(size); }
};

} // namespace

void Writer::value(Tag tag, ByteView content) {
    out_.push_back(static_cast<std::uint8_t>(tag));
    append(out_, Length(content.size()).view());
    append(out_, content);
}

void Writer::boolean(bool value) {
    const std::uint8_t octet = value ? 0xff : 0x00;
    this->value(Tag::boolean, {&octet, 1});
}

void Writer::integer(std::uint64_t value) {
    // A leading zero keeps the number positive when its top bit is set.
    std::array<std::uint8_t, 9> octets{};
    for (std::size_t index = 0; index < 8; ++index) {
        octets[8 - index] = static_cast<std::uint8_t>(value >> (8 * index));
    }
    std::size_t start = 0;
    while (start < 8 && octets[start] == 0 && (octets[start + 1] & 0x80) == 0) {
        ++start;
    }
    this->value(Tag::integer, ByteView(octets).subspan(start));
}

void Writer::bit_string(ByteView bytes) {
    out_.push_back(static_cast<std::uint8_t>(Tag::bit_string));
    append(out_, Length(bytes.size() + 1).view());
    out_.push_back(0);
    append(out_, bytes);
}

std::size_t Writer::begin(Tag tag) {
    out_.push_back(static_cast<std::uint8_t>(tag));
    return out_.size();
}

void Writer::end(std::size_t start) {
    const Length length(out_.size() - start);
    const ByteView octets = length.view();
    out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(start), octets.begin(), octets.end());
}

Result<Element> Reader::next() {
    if (rest_.size() < 2) {
        return fail(ErrorCode::corrupt, "the DER data ends early");
    }
    if ((rest_[0] & 0x1f) == 0x1f) {
        return fail(ErrorCode::corrupt, "the DER data has a tag of more than one octet");
    }
    std::size_t header = 2;
    std::size_t length = rest_[1];
    if (length >= 0x80) {
        const std::size_t count = length & 0x7f;
        if (count == 0 || count > 4 || rest_.size() < 2 + count) {
            return fail(ErrorCode::corrupt, "the DER data has a length that is not definite");
        }
        length = 0;
        for (std::size_t index = 0; index < count; ++index) {
            length = length << 8 | rest_[2 + index];
        }
        header += count;
        if (length < 0x80 || rest_[2] == 0) {
            return fail(ErrorCode::corrupt, "the DER data has a length that is not the shortest");
        }
    }
    if (rest_.size() - header < length) {
        return fail(ErrorCode::corrupt, "the DER data ends early");
    }
    const Element element{
        .tag = static_cast<Tag>(rest_[0]),
        .content = rest_.subspan(header, length),
        .whole = rest_.first(header + length),
    };
    rest_ = rest_.subspan(header + length);
    return element;
}

Result<std::optional<Element>> Reader::next_if(Tag tag) {
    if (rest_.empty() || rest_[0] != static_cast<std::uint8_t>(tag)) {
        return std::optional<Element>();
    }
    return std::optional(TRY(next()));
}

Result<ByteView> Reader::expect(Tag tag, std::string_view what) {
    const std::optional<Element> element = TRY(next_if(tag));
    if (!element.has_value()) {
        return corrupt(what, "is missing or of another type");
    }
    return element->content;
}

Result<Reader> Reader::enter(Tag tag, std::string_view what) {
    return Reader(TRY(expect(tag, what)));
}

Result<bool> Reader::boolean(std::string_view what) {
    const ByteView content = TRY(expect(Tag::boolean, what));
    if (content.size() != 1 || (content[0] != 0 && content[0] != 0xff)) {
        return corrupt(what, "is no boolean");
    }
    return content[0] != 0;
}

Result<std::uint64_t> Reader::integer(std::string_view what) {
    ByteView content = TRY(expect(Tag::integer, what));
    const bool is_padded = content.size() > 1 && content[0] == 0;
    if (content.empty() || (content[0] & 0x80) != 0 || (is_padded && (content[1] & 0x80) == 0)) {
        return corrupt(what, "is no positive number in its shortest form");
    }
    content = content.subspan(is_padded ? 1 : 0);
    if (content.size() > 8) {
        return corrupt(what, "is a number too large");
    }
    std::uint64_t value = 0;
    for (const std::uint8_t octet : content) {
        value = value << 8 | octet;
    }
    return value;
}

Result<void> Reader::finish(std::string_view what) const {
    if (!rest_.empty()) {
        return corrupt(what, "has something after its end");
    }
    return {};
}

} // namespace ducksnest::pki::der
