#include "age/age.h"
#include "age/identity.h"
#include "age/primitives.h"
#include "age/ssh_private.h"

#include <sodium.h>

#include <array>
#include <string>

namespace ducksnest::age {

HostKeyPair make_host_key(Random& random, std::string_view comment) {
    Key32 seed;
    random.fill(seed.span());
    std::array<std::uint8_t, sizeof(std::uint32_t)> check_bytes{};
    random.fill(check_bytes);
    std::uint32_t check = 0;
    for (const std::uint8_t byte : check_bytes) {
        check = (check << 8U) | byte;
    }
    std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> point{};
    KeyBytes<crypto_sign_SECRETKEYBYTES> secret;
    crypto_sign_seed_keypair(point.data(), secret.bytes.data(), seed.bytes.data());
    std::string line = format_ssh_public_line("ssh-ed25519", ed25519_wire(point));
    if (!comment.empty()) {
        line += " " + std::string(comment);
    }
    return HostKeyPair{
        .public_line = std::move(line),
        .private_file = format_ssh_private_file(seed.view(), point, comment, check),
    };
}

} // namespace ducksnest::age
