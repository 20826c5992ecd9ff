#pragma once

#include "age/age.h"
#include "app/context.h"

#include <string>
#include <vector>

namespace ducksnest::app {

/// The private keys that --identity names; without it ~/.ssh/id_ed25519 and ~/.ssh/id_rsa as far as
/// they exist and belong to one of these operators. A key with a passphrase asks for it.
Result<std::vector<age::Identity>>
load_identities(Context& context, const std::vector<std::string>& operators);

/// One private key file: OpenSSH, or age identities one per line.
Result<std::vector<age::Identity>> read_identity_file(Context& context, const std::string& path);

} // namespace ducksnest::app
