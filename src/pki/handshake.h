#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

#include <string_view>

namespace ducksnest::pki {

/// One end of a connection, everything in PEM.
struct HandshakeSide {
    ByteView certificate{};
    ByteView key{};     ///< Private key.
    ByteView trusted{}; ///< The bundle its peer is checked against.
};

enum class TlsVersion : std::uint8_t { v12, v13 };
/// "TLS 1.2", "TLS 1.3".
std::string_view to_string(TlsVersion version);

/// A real mutual TLS handshake through memory, with the given instant as the time. The client
/// checks `server_name`, a DNS name or an address. `denied` says which side refused the other and
/// why: "the server refuses the client's certificate: certificate has expired"; `corrupt` when a
/// side's own files are unusable.
Result<void> handshake(
    const HandshakeSide& client,
    const HandshakeSide& server,
    std::string_view server_name,
    Instant now,
    TlsVersion version = TlsVersion::v13
);

} // namespace ducksnest::pki
