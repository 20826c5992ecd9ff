#pragma once

#include "base/result.h"
#include "base/time.h"
#include "pki/certificate.h"

#include <string_view>
#include <vector>

namespace ducksnest::pki {

/// What somebody presents a certificate as.
enum class Role : std::uint8_t { client, server };

/// What a peer checks about the certificate it is shown.
struct PeerCheck {
    const Certificate& presented;
    const std::vector<Certificate>& trusted;
    Role role = Role::client;
    std::string_view server_name{}; ///< DNS name or address that was dialled; only for servers.
    Instant now{};
};

/// Chain, validity, usage and name by OpenSSL's strict rules, without any private key. `denied`
/// carries OpenSSL's reason: "certificate has expired".
Result<void> check_peer(const PeerCheck& check);

} // namespace ducksnest::pki
