#include "age/age.h"
#include "base/text.h"

#include <string>
#include <utility>

namespace ducksnest::age {

Result<std::vector<Identity>> parse_identities(std::string_view file, const Secret* passphrase) {
    std::vector<Identity> identities;
    if (file.find("-----BEGIN") != std::string_view::npos) {
        identities.push_back(TRY(Identity::parse_openssh(file, passphrase)));
        return identities;
    }
    std::size_t number = 0;
    for (std::string_view line : split(file, '\n')) {
        ++number;
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        identities.push_back(TRY(Identity::parse_x25519(line).with("line " + std::to_string(number))
        ));
    }
    if (identities.empty()) {
        return fail(
            ErrorCode::invalid,
            "there is no identity in the file",
            "an identity file is an OpenSSH private key, or holds lines that start with "
            "`AGE-SECRET-KEY-1`"
        );
    }
    return identities;
}

} // namespace ducksnest::age
