#include "age/age.h"

#include "age/armor.h"
#include "age/header.h"
#include "age/identity.h"
#include "age/passphrase.h"
#include "age/payload.h"
#include "age/recipient.h"
#include "base/text.h"

#include <cstddef>
#include <optional>
#include <utility>

namespace ducksnest::age {
namespace {

constexpr std::size_t header_size_guess = 512;

/// Everything random in one file, drawn in one call.
class Entropy {
public:
    Entropy(Random& random, std::size_t recipients)
        : bytes_(sizeof(FileKey) + payload_nonce_size + recipients * wrap_seed_size) {
        random.fill(bytes_.span());
    }
    template <std::size_t size>
    KeyBytes<size> take() {
        const ByteView taken = bytes_.view().subspan(used_, size);
        used_ += size;
        return key_from<size>(taken);
    }

private:
    Secret bytes_;
    std::size_t used_ = 0;
};

/// scrypt must stand alone, or a passphrase would be as good as every key beside it.
Result<void> check_scrypt_alone(const std::vector<Stanza>& stanzas) {
    for (const Stanza& stanza : stanzas) {
        if (stanza.type == scrypt_type && stanzas.size() > 1) {
            return fail(ErrorCode::corrupt, "a passphrase must be the only recipient of a file");
        }
    }
    return {};
}

/// Who a stanza is for, as far as it tells.
std::string name_of(const Stanza& stanza) {
    if (stanza.type == scrypt_type) {
        return "a passphrase";
    }
    const bool has_tag = stanza.type.starts_with("ssh-") && !stanza.arguments.empty();
    return "`" + stanza.type + (has_tag ? " " + stanza.arguments[0] : "") + "`";
}

std::string names_of(const std::vector<Stanza>& stanzas) {
    std::vector<std::string> names;
    names.reserve(stanzas.size());
    for (const Stanza& stanza : stanzas) {
        names.push_back(name_of(stanza));
    }
    return names.empty() ? "nobody" : join(names, ", ");
}

Result<FileKey>
find_file_key(const std::vector<Stanza>& stanzas, const std::vector<Identity>& identities) {
    for (const Identity& identity : identities) {
        if (const std::optional<FileKey> key = TRY(unwrap(identity.key(), stanzas))) {
            return *key;
        }
    }
    return fail(
        ErrorCode::denied,
        "no identity at hand can open the file",
        "it was encrypted to " + names_of(stanzas)
    );
}

/// A file as it came, taken apart. `storage` holds the bytes when they were armored.
struct OpenedHeader {
    Bytes storage{};
    ByteView file{};
    Header header{};
};

Result<OpenedHeader> open_header(ByteView file) {
    OpenedHeader opened;
    if (is_armored(file)) {
        opened.storage = TRY(decode_armor(file).with("reading the armor"));
        file = opened.storage;
    }
    opened.file = file;
    opened.header = TRY(parse_header(file).with("reading the header"));
    TRY(check_scrypt_alone(opened.header.stanzas).with("reading the header"));
    return opened;
}

Result<Secret> open_body(const OpenedHeader& opened, const FileKey& file_key) {
    TRY(verify_mac(opened.file, opened.header, file_key).with("verifying the header"));
    const ByteView body = opened.file.subspan(opened.header.size);
    if (body.size() < payload_nonce_size) {
        return Result<Secret>(fail(ErrorCode::corrupt, "the file was cut off after the header"))
            .with("reading the header");
    }
    const Key32 key = payload_key(file_key, body.first(payload_nonce_size));
    OpenedPayload payload = open_payload(key, body.subspan(payload_nonce_size));
    TRY(std::move(payload.outcome).with("reading the payload"));
    return std::move(payload.plaintext);
}

} // namespace

Result<Bytes>
encrypt(ByteView plaintext, const std::vector<Recipient>& recipients, Random& random) {
    if (recipients.empty()) {
        return fail(ErrorCode::invalid, "a file needs at least one recipient");
    }
    Entropy entropy(random, recipients.size());
    const auto file_key = entropy.take<sizeof(FileKey)>();
    const auto nonce = entropy.take<payload_nonce_size>();
    Bytes file;
    file.reserve(header_size_guess + sealed_size(plaintext.size()));
    append_version_line(file);
    for (const Recipient& recipient : recipients) {
        append_stanza(file, TRY(wrap(recipient.key(), file_key, entropy.take<wrap_seed_size>())));
    }
    append_footer(file, file_key);
    append(file, nonce.view());
    append_payload(file, payload_key(file_key, nonce.view()), plaintext);
    return file;
}

Result<Secret> decrypt(ByteView file, const std::vector<Identity>& identities) {
    const OpenedHeader opened = TRY(open_header(file));
    const FileKey file_key = TRY(find_file_key(opened.header.stanzas, identities));
    return open_body(opened, file_key);
}

Result<Secret> decrypt_with_passphrase(ByteView file, const Secret& passphrase) {
    const OpenedHeader opened = TRY(open_header(file));
    const FileKey file_key = TRY(unwrap_with_passphrase(opened.header.stanzas, passphrase));
    return open_body(opened, file_key);
}

Result<std::vector<Stanza>> read_stanzas(ByteView file) {
    return std::move(TRY(open_header(file)).header.stanzas);
}

} // namespace ducksnest::age
