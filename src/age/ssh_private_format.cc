#include "age/ssh_private.h"
#include "age/ssh_wire.h"
#include "base/encoding.h"

#include <cstddef>
#include <string>

namespace ducksnest::age {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view magic = "openssh-key-v1\0"sv;
constexpr std::size_t columns = 70;     // As ssh-keygen breaks its lines.
constexpr std::size_t block_size = 8;   // OpenSSH pads to it when there is no cipher.
constexpr std::size_t fixed_part = 256; // More than everything but the comment takes.

/// The two equal check numbers, the key and the comment, padded with 1, 2, 3, ….
Secret
format_section(ByteView seed, ByteView point, std::string_view comment, std::uint32_t check) {
    Bytes section;
    section.reserve(fixed_part + comment.size()); // Never grown, so that no copy is left behind.
    append_number(section, check);
    append_number(section, check);
    append_string(section, "ssh-ed25519");
    append_string(section, point);
    append_number(section, static_cast<std::uint32_t>(seed.size() + point.size()));
    append(section, seed);
    append(section, point);
    append_string(section, comment);
    for (std::uint8_t i = 1; section.size() % block_size != 0; ++i) {
        section.push_back(i);
    }
    return Secret(std::move(section));
}

} // namespace

Secret format_ssh_private_file(
    ByteView seed, ByteView point, std::string_view comment, std::uint32_t check
) {
    const Secret section = format_section(seed, point, comment, check);
    Bytes file;
    file.reserve(fixed_part + section.size());
    append(file, as_bytes(magic));
    append_string(file, "none");
    append_string(file, "none");
    append_string(file, "");
    append_number(file, 1);
    append_string(file, ed25519_wire(point));
    append_string(file, section.view());
    std::string encoded = encode_base64(file);
    wipe(file.data(), file.size());

    Bytes text;
    text.reserve(fixed_part + encoded.size() + encoded.size() / columns);
    append(text, as_bytes("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    for (std::size_t start = 0; start < encoded.size(); start += columns) {
        append(text, as_bytes(std::string_view(encoded).substr(start, columns)));
        text.push_back('\n');
    }
    append(text, as_bytes("-----END OPENSSH PRIVATE KEY-----\n"));
    wipe(encoded.data(), encoded.size());
    return Secret(std::move(text));
}

} // namespace ducksnest::age
