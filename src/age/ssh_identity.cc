#include "age/identity.h"
#include "age/recipient.h"
#include "age/ssh_private.h"

#include <utility>

namespace ducksnest::age {

Result<Identity> Identity::parse_openssh(std::string_view file, const Secret* passphrase) {
    SshPrivateFile outside = TRY(parse_ssh_private_file(file));
    Recipient recipient = TRY(make_ssh_recipient(outside.public_key));
    const SshPrivateKey inside = TRY(open_ssh_private_file(std::move(outside), passphrase));
    if (recipient.type() == rsa_type) {
        return Identity(std::make_shared<const Identity::Key>(Identity::Key{
            .recipient = std::move(recipient), .half = TRY(RsaPrivateKey::make(inside.numbers))
        }));
    }
    Identity identity = TRY(make_ed25519_identity(key_from<32>(inside.seed)));
    if (identity.recipient() != recipient) {
        return fail(ErrorCode::invalid, "the private half of the SSH key has another public half");
    }
    return identity;
}

Result<Recipient> Recipient::parse_openssh_private(std::string_view file) {
    return make_ssh_recipient(TRY(parse_ssh_private_file(file)).public_key);
}

} // namespace ducksnest::age
