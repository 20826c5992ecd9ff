#pragma once

#include <array>
#include <cstdint>

/// Object identifiers as the content octets of their DER form.
namespace ducksnest::pki::oids {

template <class... Octets>
constexpr std::array<std::uint8_t, sizeof...(Octets)> make(Octets... octets) {
    return {static_cast<std::uint8_t>(octets)...};
}

// RFC 5480: id-ecPublicKey, secp256r1, ecdsa-with-SHA256.
inline constexpr auto ec_public_key = make(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);
inline constexpr auto p256 = make(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);
inline constexpr auto ecdsa_sha256 = make(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);

// RFC 5280 appendix A: id-at-commonName, id-at-organizationName.
inline constexpr auto common_name = make(0x55, 0x04, 0x03);
inline constexpr auto organization = make(0x55, 0x04, 0x0a);

// RFC 5280 section 4.2.1: the extensions.
inline constexpr auto subject_key_id = make(0x55, 0x1d, 0x0e);
inline constexpr auto key_usage = make(0x55, 0x1d, 0x0f);
inline constexpr auto subject_alternative_name = make(0x55, 0x1d, 0x11);
inline constexpr auto basic_constraints = make(0x55, 0x1d, 0x13);
inline constexpr auto authority_key_id = make(0x55, 0x1d, 0x23);
inline constexpr auto extended_key_usage = make(0x55, 0x1d, 0x25);
inline constexpr auto server_auth = make(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01);
inline constexpr auto client_auth = make(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02);

} // namespace ducksnest::pki::oids
