#include "age/ssh_private.h"

#include "age/bcrypt_pbkdf.h"
#include "age/ssh_cipher.h"
#include "age/ssh_wire.h"
#include "base/encoding.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ducksnest::age {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view begin_mark = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_mark = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view magic = "openssh-key-v1\0"sv;
constexpr std::string_view white_space = " \t\r\n";
constexpr std::size_t file_size_max = std::size_t{64} * 1024;
constexpr std::uint32_t rounds_max = 1024;
constexpr std::size_t plain_block_size = 8; // OpenSSH pads to it when there is no cipher.

/// The base64 between the marks.
Result<std::string_view> find_block(std::string_view text) {
    if (text.size() > file_size_max) {
        return fail(ErrorCode::invalid, "the SSH key file is larger than 64 KiB");
    }
    const std::size_t start = text.find_first_not_of(white_space);
    text.remove_prefix(std::min(start, text.size()));
    if (!text.starts_with(begin_mark)) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (line.starts_with("-----BEGIN ") && line.find("PRIVATE KEY") != std::string_view::npos) {
            return fail(
                ErrorCode::unsupported,
                "the private key is not in OpenSSH's format",
                "convert it in place with `ssh-keygen -p -o -f FILE`"
            );
        }
        return fail(
            ErrorCode::invalid,
            "this is not an OpenSSH private key file",
            "it starts with `" + std::string(begin_mark) + "`"
        );
    }
    text.remove_prefix(begin_mark.size());
    const std::size_t end = text.find(end_mark);
    if (end == std::string_view::npos) {
        return fail(ErrorCode::invalid, "the SSH key file was cut off: it has no end line");
    }
    if (text.find_first_not_of(white_space, end + end_mark.size()) != std::string_view::npos) {
        return fail(ErrorCode::invalid, "the SSH key file has more after its end line");
    }
    return text.substr(0, end);
}

Result<Secret> decode_file(std::string_view text) {
    const std::string_view block = TRY(find_block(text));
    Secret joined(block.size());
    const auto end = std::ranges::copy_if(block, joined.span().begin(), [](char c) {
                         return c != '\n' && c != '\r';
                     }).out;
    const auto size = static_cast<std::size_t>(end - joined.span().begin());
    Result<Bytes> bytes = decode_base64(as_text(joined.view().first(size)));
    if (!bytes) {
        return fail(ErrorCode::invalid, "the SSH key file is not base64 between its marks");
    }
    return Secret(std::move(*bytes));
}

/// Key derivation: "none" without options, or "bcrypt" with salt and rounds.
Result<void> parse_derivation(std::string_view name, ByteView options, SshPrivateFile& file) {
    if ((name == "none") != (file.cipher == "none")) {
        return fail(
            ErrorCode::invalid, "the SSH key file has a cipher without a key, or a key without"
        );
    }
    if (name == "none") {
        if (!options.empty()) {
            return fail(ErrorCode::invalid, "the SSH key file has options it has no use for");
        }
        return {};
    }
    if (name != "bcrypt") {
        return fail(ErrorCode::unsupported, "the SSH key file uses an unknown key derivation");
    }
    WireReader reader(options);
    const ByteView salt = TRY(reader.string());
    file.salt.assign(salt.begin(), salt.end());
    file.rounds = TRY(reader.number());
    if (salt.empty() || file.rounds == 0 || !reader.at_end()) {
        return fail(ErrorCode::invalid, "the SSH key file has malformed key derivation options");
    }
    if (file.rounds > rounds_max) {
        return fail(
            ErrorCode::unsupported,
            "the SSH key file asks for " + std::to_string(file.rounds) +
                " rounds of key derivation, more than 1,024",
            "write it again with fewer: `ssh-keygen -p -a 64 -f FILE`"
        );
    }
    return {};
}

Result<SshPrivateKey> parse_ed25519(WireReader& reader, const SshPublicKey& public_key) {
    const ByteView point = TRY(reader.string());
    const ByteView pair = TRY(reader.string());
    if (!std::ranges::equal(point, public_key.point) || pair.size() != 2 * point.size() ||
        !std::ranges::equal(pair.last(point.size()), point)) {
        return fail(ErrorCode::invalid, "the private half of the SSH key has another public half");
    }
    return SshPrivateKey{.section = {}, .seed = pair.first(point.size()), .numbers = {}};
}

Result<SshPrivateKey> parse_rsa(WireReader& reader, const SshPublicKey& public_key) {
    const ByteView modulus = TRY(reader.positive_integer());
    const ByteView exponent = TRY(reader.positive_integer());
    if (!std::ranges::equal(modulus, public_key.modulus) ||
        !std::ranges::equal(exponent, public_key.exponent)) {
        return fail(ErrorCode::invalid, "the private half of the SSH key has another public half");
    }
    RsaNumbers numbers{.modulus = modulus, .public_exponent = exponent};
    numbers.private_exponent = TRY(reader.positive_integer());
    numbers.coefficient = TRY(reader.positive_integer());
    numbers.prime_one = TRY(reader.positive_integer());
    numbers.prime_two = TRY(reader.positive_integer());
    return SshPrivateKey{.section = {}, .seed = {}, .numbers = numbers};
}

bool is_padding(ByteView bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != ((i + 1) & 255U)) {
            return false;
        }
    }
    return bytes.size() < 256;
}

} // namespace

Result<SshPrivateFile> parse_ssh_private_file(std::string_view text) {
    const Secret bytes = TRY(decode_file(text));
    WireReader reader(bytes.view());
    if (bytes.size() < magic.size() || as_text(TRY(reader.take(magic.size()))) != magic) {
        return fail(ErrorCode::invalid, "the SSH key file does not start with `openssh-key-v1`");
    }
    SshPrivateFile file;
    file.cipher = as_text(TRY(reader.string()));
    const SshCipher* cipher = find_ssh_cipher(file.cipher);
    if (cipher == nullptr && file.cipher != "none") {
        return fail(
            ErrorCode::unsupported,
            "the SSH key file uses an unknown cipher",
            "write it again with another: `ssh-keygen -p -Z aes256-ctr -f FILE`"
        );
    }
    const std::string_view derivation = as_text(TRY(reader.string()));
    TRY(parse_derivation(derivation, TRY(reader.string()), file));
    if (TRY(reader.number()) != 1) {
        return fail(ErrorCode::unsupported, "the SSH key file does not hold exactly one key");
    }
    file.public_key = TRY(parse_ssh_public_wire(TRY(reader.string())));
    const ByteView section = TRY(reader.string());
    if (section.empty() ||
        section.size() % (cipher == nullptr ? plain_block_size : cipher->block_size) != 0) {
        return fail(ErrorCode::invalid, "the private half of the SSH key has an impossible size");
    }
    TRY(reader.take(cipher == nullptr ? 0 : cipher->tag_size));
    if (!reader.at_end()) {
        return fail(ErrorCode::invalid, "the SSH key file has bytes after the key");
    }
    // The tag follows the section, so both are one piece of the file.
    const auto offset = static_cast<std::size_t>(section.data() - bytes.view().data());
    file.section = Secret(bytes.view().subspan(offset));
    return file;
}

Result<SshPrivateKey> open_ssh_private_file(SshPrivateFile file, const Secret* passphrase) {
    const SshCipher* cipher = find_ssh_cipher(file.cipher);
    if (cipher == nullptr) {
        return parse_ssh_private_section(std::move(file.section), file.public_key);
    }
    if (passphrase == nullptr || passphrase->empty()) {
        return fail(ErrorCode::unauthenticated, "the SSH key is locked with a passphrase");
    }
    const Secret secret = bcrypt_pbkdf(
        passphrase->view(), file.salt, file.rounds, cipher->key_size + cipher->nonce_size
    );
    Secret section = TRY(open_ssh_cipher(*cipher, secret.view(), file.section.view()));
    WireReader reader(section.view());
    // The check numbers tell a wrong passphrase from a damaged file.
    if (TRY(reader.number()) != TRY(reader.number())) {
        return fail(ErrorCode::denied, "the passphrase of the SSH key is wrong");
    }
    return parse_ssh_private_section(std::move(section), file.public_key);
}

Result<SshPrivateKey> parse_ssh_private_section(Secret section, const SshPublicKey& public_key) {
    WireReader reader(section.view());
    if (TRY(reader.number()) != TRY(reader.number())) {
        return fail(ErrorCode::invalid, "the private half of the SSH key is damaged");
    }
    if (as_text(TRY(reader.string())) != public_key.type) {
        return fail(ErrorCode::invalid, "the two halves of the SSH key have different types");
    }
    SshPrivateKey key =
        TRY(public_key.type == "ssh-ed25519" ? parse_ed25519(reader, public_key)
                                             : parse_rsa(reader, public_key));
    TRY(reader.string()); // The comment.
    if (!is_padding(reader.rest())) {
        return fail(ErrorCode::invalid, "the private half of the SSH key has malformed padding");
    }
    // The views of `key` point into the heap block of the section, which moves along with it.
    key.section = std::move(section);
    return key;
}

} // namespace ducksnest::age
