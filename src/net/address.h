#pragma once

#include "base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace ducksnest::net {

enum class Family : std::uint8_t { v4, v6 };

/// An IPv4 or IPv6 address. IPv4 addresses sort before IPv6 ones.
struct Address {
    Family family = Family::v4;
    std::array<std::uint8_t, 16> bytes{}; ///< Network order; IPv4 uses the first four.

    auto operator<=>(const Address&) const = default;

    static Address v4(std::uint32_t host_order);
    /// Only for IPv4 addresses.
    std::uint32_t to_v4() const;
    int bits() const { return family == Family::v4 ? 32 : 128; }
};

/// Strict: four decimal octets without leading zeros, or RFC 4291 text.
Result<Address> parse_address(std::string_view text);
/// IPv6 in the form of RFC 5952.
std::string to_string(const Address& address);

/// A network: an address whose host bits are zero, and a prefix length.
struct Cidr {
    Address address{};
    int prefix = 0;

    auto operator<=>(const Cidr&) const = default;

    bool contains(const Address& other) const;
    bool contains(const Cidr& other) const;
    bool overlaps(const Cidr& other) const;
    /// Number of addresses, saturating at 2^63 for large IPv6 networks.
    std::uint64_t size() const;
    /// The address at an offset from the start; IPv4 only.
    Address at(std::uint32_t offset) const;
    static Cidr host(const Address& address) { return {address, address.bits()}; }
};

/// "10.0.0.0/24". When host bits are set the error's help names the network that was meant.
Result<Cidr> parse_cidr(std::string_view text);
std::string to_string(const Cidr& cidr);

} // namespace ducksnest::net
