#pragma once

#include "age/age.h"
#include "base/result.h"
#include "base/secret.h"
#include "ports/files.h"
#include "ports/random.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// SSH host keys that are made before their machine is: of nodes in a cloud, and of slots for
/// rented machines. The private half is sealed for the operators alone, below `secrets/`, where
/// neither the index nor a renewal knows it: what is sealed *to* a host key cannot hold it.
namespace ducksnest::pki {

/// "hosts/standby-1.key.age" and "hosts/standby-1.pub".
std::string sealed_host_key_path(std::string_view machine);
std::string public_host_key_path(std::string_view machine);
/// Whether a path below `secrets/` belongs to these keys.
bool is_host_key_path(std::string_view path);

enum class HostKeyChange : std::uint8_t { made, resealed, kept };
/// "made", "encrypted again", "kept".
std::string_view to_string(HostKeyChange change);

struct HostKey {
    std::string machine{};
    std::string public_line{}; ///< "ssh-ed25519 AAAA… root@standby-1".
    HostKeyChange change = HostKeyChange::kept;

    bool operator==(const HostKey&) const = default;
};

struct HostKeyRequest {
    const Tree& tree; ///< The secrets folder as it is.
    const std::vector<std::string>& machines;
    const std::vector<std::string>& operators; ///< Who may open them.
    const std::vector<age::Identity>& identities;
};

struct HostKeyOutcome {
    Tree tree{}; ///< The secrets folder as it shall be.
    std::vector<HostKey> keys{};
};

/// The public half that lies there; nothing when the machine has no key. `corrupt` when only one
/// half is there, or the public one is no key.
Result<std::optional<std::string>> find_host_key(const Tree& tree, std::string_view machine);

/// Whether a key is sealed for others than these operators, as far as its header tells: an X25519
/// recipient for another is not seen.
Result<bool> is_sealed_for_others(
    const Tree& tree, std::string_view machine, const std::vector<std::string>& operators
);

/// Makes the keys that are missing, and seals those again whose operators have changed, which needs
/// an identity that opens them. Never makes a key in the place of another.
Result<HostKeyOutcome> make_host_keys(const HostKeyRequest& request, Random& random);

/// The private half, as the file that sshd reads. `not_found` when there is none, `corrupt` when it
/// does not belong to the public half.
Result<Secret> open_host_key(
    const Tree& tree, std::string_view machine, const std::vector<age::Identity>& identities
);

} // namespace ducksnest::pki
