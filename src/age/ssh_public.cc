#include "age/ssh_public.h"

#include "age/ssh_wire.h"
#include "base/encoding.h"

#include <cstddef>

namespace ducksnest::age {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view white_space = " \t\r\n";
constexpr std::size_t point_size = 32;
constexpr std::size_t type_size_max = 64; // RFC 4250 section 4.6.1.
constexpr std::string_view new_key_help = "use an ed25519 key: `ssh-keygen -t ed25519` makes one, "
                                          "`/etc/ssh/ssh_host_ed25519_key.pub` is a host's";

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(white_space);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(white_space) - begin + 1);
}

/// Cuts the next blank-separated word off the text.
std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    const std::size_t next = text.find_first_not_of(blanks);
    text.remove_prefix(next == std::string_view::npos ? text.size() : next);
    return word;
}

bool is_name(std::string_view text) {
    for (const char c : text) {
        if (c <= ' ' || c > '~') {
            return false;
        }
    }
    return !text.empty() && text.size() <= type_size_max;
}

} // namespace

Result<SshPublicKey> parse_ssh_public_wire(ByteView wire) {
    WireReader reader(wire);
    SshPublicKey key{
        .type = std::string(as_text(TRY(reader.string()))), .wire = Bytes(wire.begin(), wire.end())
    };
    if (!is_name(key.type)) {
        return fail(ErrorCode::invalid, "the SSH key does not name its type");
    }
    if (key.type == "ssh-ed25519") {
        const ByteView point = TRY(reader.string());
        if (point.size() != point_size) {
            return fail(ErrorCode::invalid, "the ssh-ed25519 key does not have 32 bytes");
        }
        key.point.assign(point.begin(), point.end());
    } else if (key.type == "ssh-rsa") {
        const ByteView exponent = TRY(reader.positive_integer());
        const ByteView modulus = TRY(reader.positive_integer());
        key.exponent.assign(exponent.begin(), exponent.end());
        key.modulus.assign(modulus.begin(), modulus.end());
    } else {
        return fail(
            ErrorCode::unsupported,
            "age cannot encrypt to SSH keys of type `" + key.type + "`",
            std::string(new_key_help)
        );
    }
    if (!reader.at_end()) {
        return fail(ErrorCode::invalid, "the SSH key has bytes after its end");
    }
    return key;
}

Result<SshPublicKey> parse_ssh_public_line(std::string_view line) {
    std::string_view rest = trim(line);
    if (rest.find('\n') != std::string_view::npos) {
        return fail(ErrorCode::invalid, "an SSH public key is one line, this text has several");
    }
    const std::string_view type = take_word(rest);
    const std::string_view encoded = take_word(rest);
    if (!is_name(type) || encoded.empty()) {
        return fail(
            ErrorCode::invalid,
            "this is not an SSH public key",
            "it is one line like `ssh-ed25519 AAAA… name@host`, the content of a `.pub` file"
        );
    }
    const Result<Bytes> wire = decode_base64(encoded);
    if (!wire) {
        // Options of authorized_keys stand in front of the type and look like this.
        return fail(
            ErrorCode::invalid,
            "the second word of the SSH public key is not base64",
            "copy the whole line of the `.pub` file, without options in front"
        );
    }
    SshPublicKey key = TRY(parse_ssh_public_wire(*wire));
    if (key.type != type) {
        return fail(
            ErrorCode::invalid,
            "the SSH public key says `" + std::string(type) + "` but holds a key of type `" +
                key.type + "`"
        );
    }
    return key;
}

std::string format_ssh_public_line(std::string_view type, ByteView wire) {
    return std::string(type) + " " + encode_base64(wire);
}

Bytes ed25519_wire(ByteView point) {
    Bytes wire;
    append_string(wire, "ssh-ed25519");
    append_string(wire, point);
    return wire;
}

} // namespace ducksnest::age
