#include "net/address.h"

#include "base/assert.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace ducksnest::net {
namespace {

std::optional<unsigned> parse_number(std::string_view text, int base, unsigned max) {
    unsigned value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (status != std::errc() || end != text.data() + text.size() || value > max) {
        return std::nullopt;
    }
    return value;
}

std::optional<Address> parse_v4(std::string_view text) {
    const std::vector<std::string_view> octets = split(text, '.');
    if (octets.size() != 4) {
        return std::nullopt;
    }
    Address address;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::optional<unsigned> octet = parse_number(octets[i], 10, 255);
        if (!octet || (octets[i].size() > 1 && octets[i][0] == '0')) {
            return std::nullopt;
        }
        address.bytes.at(i) = static_cast<std::uint8_t>(*octet);
    }
    return address;
}

/// The 16-bit groups of one side of "::"; the last may be a dotted IPv4 address.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text) {
    std::vector<std::uint16_t> groups;
    if (text.empty()) {
        return groups;
    }
    const std::vector<std::string_view> parts = split(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i + 1 == parts.size() && parts[i].contains('.')) {
            const std::optional<Address> tail = parse_v4(parts[i]);
            if (!tail) {
                return std::nullopt;
            }
            const std::uint32_t word = tail->to_v4();
            groups.push_back(static_cast<std::uint16_t>(word >> 16U));
            groups.push_back(static_cast<std::uint16_t>(word & 0xffffU));
            continue;
        }
        const std::optional<unsigned> group = parse_number(parts[i], 16, 0xffff);
        if (!group || parts[i].size() > 4) {
            return std::nullopt;
        }
        groups.push_back(static_cast<std::uint16_t>(*group));
    }
    return groups;
}

std::optional<Address> parse_v6(std::string_view text) {
    const std::size_t gap = text.find("::");
    std::optional<std::vector<std::uint16_t>> head = parse_groups(text.substr(0, gap));
    if (!head) {
        return std::nullopt;
    }
    std::vector<std::uint16_t> groups = *head;
    if (gap != std::string_view::npos) {
        const std::optional<std::vector<std::uint16_t>> tail = parse_groups(text.substr(gap + 2));
        if (!tail || head->size() + tail->size() > 7) {
            return std::nullopt;
        }
        groups.resize(8 - tail->size());
        groups.insert(groups.end(), tail->begin(), tail->end());
    }
    if (groups.size() != 8) {
        return std::nullopt;
    }
    Address address{.family = Family::v6, .bytes = {}};
    for (std::size_t i = 0; i < 8; ++i) {
        address.bytes.at(2 * i) = static_cast<std::uint8_t>(groups[i] >> 8U);
        address.bytes.at(2 * i + 1) = static_cast<std::uint8_t>(groups[i] & 0xffU);
    }
    return address;
}

Address masked(Address address, int prefix) {
    for (int bit = prefix; bit < address.bits(); ++bit) {
        const auto index = static_cast<std::size_t>(bit / 8);
        address.bytes.at(index) &=
            static_cast<std::uint8_t>(~(0x80U >> (static_cast<unsigned>(bit) % 8U)));
    }
    return address;
}

std::string v6_to_string(const Address& address) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) {
        groups.at(i) = address.bytes.at(2 * i) * 256U + address.bytes.at(2 * i + 1);
    }
    // RFC 5952 section 4.2: "::" replaces the first longest run of at least two zero groups.
    std::size_t gap = 8;
    std::size_t gap_size = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t run = 0;
        while (i + run < 8 && groups.at(i + run) == 0) {
            ++run;
        }
        if (run > gap_size) {
            gap = i;
            gap_size = run;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == gap) {
            text += "::";
            i += gap_size - 1;
            continue;
        }
        if (!text.empty() && !text.ends_with(':')) {
            text += ':';
        }
        text += fmt::format("{:x}", groups.at(i));
    }
    return text;
}

} // namespace

Address Address::v4(std::uint32_t host_order) {
    Address address;
    for (unsigned i = 0; i < 4; ++i) {
        address.bytes.at(i) = static_cast<std::uint8_t>(host_order >> (24U - 8U * i));
    }
    return address;
}

std::uint32_t Address::to_v4() const {
    ASSERT(family == Family::v4);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = (value << 8U) | bytes.at(i);
    }
    return value;
}

Result<Address> parse_address(std::string_view text) {
    const std::optional<Address> address = text.contains(':') ? parse_v6(text) : parse_v4(text);
    if (!address) {
        return fail(ErrorCode::invalid, fmt::format("`{}` is not an IP address", text));
    }
    return *address;
}

std::string to_string(const Address& address) {
    if (address.family == Family::v6) {
        return v6_to_string(address);
    }
    const auto& b = address.bytes;
    return fmt::format("{}.{}.{}.{}", b[0], b[1], b[2], b[3]);
}

bool Cidr::contains(const Address& other) const {
    return other.family == address.family && masked(other, prefix) == address;
}

bool Cidr::contains(const Cidr& other) const {
    return other.prefix >= prefix && contains(other.address);
}

bool Cidr::overlaps(const Cidr& other) const {
    return contains(other.address) || other.contains(address);
}

std::uint64_t Cidr::size() const {
    return std::uint64_t{1} << std::min(address.bits() - prefix, 63);
}

Address Cidr::at(std::uint32_t offset) const {
    ASSERT(offset < size());
    return Address::v4(address.to_v4() + offset);
}

Result<Cidr> parse_cidr(std::string_view text) {
    const std::size_t slash = text.find('/');
    const Result<Address> address = parse_address(text.substr(0, slash));
    if (slash == std::string_view::npos || !address) {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` is not a network like 192.168.0.0/24", text)
        );
    }
    const std::optional<unsigned> prefix =
        parse_number(text.substr(slash + 1), 10, static_cast<unsigned>(address->bits()));
    if (!prefix) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "`{}` is not a network: the prefix length must be 0 to {}", text, address->bits()
            )
        );
    }
    const Cidr cidr{masked(*address, static_cast<int>(*prefix)), static_cast<int>(*prefix)};
    if (cidr.address != *address) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` has host bits set", text),
            fmt::format("did you mean `{}`?", to_string(cidr))
        );
    }
    return cidr;
}

std::string to_string(const Cidr& cidr) {
    return fmt::format("{}/{}", to_string(cidr.address), cidr.prefix);
}

} // namespace ducksnest::net
