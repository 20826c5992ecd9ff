#include "pki/published_keys.h"

#include "age/age.h"
#include "base/encoding.h"
#include "base/text.h"
#include "pki/openssl_types.h"
#include "pki/readers.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <map>
#include <vector>

namespace ducksnest::pki {

namespace {

/// Data of an SSH wire string: length, then bytes (RFC 4251 section 5).
void append_string(Bytes& out, ByteView bytes) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(bytes.size() >> shift));
    }
    append(out, bytes);
}

/// A positive mpint: a leading zero where the top bit is set.
void append_number(Bytes& out, const bignum_st* number) {
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)) + 1);
    BN_bn2bin(number, bytes.data() + 1);
    const bool is_padded = bytes.size() > 1 && (bytes[1] & 0x80) != 0;
    append_string(out, ByteView(bytes).subspan(is_padded ? 0 : 1));
}

std::string public_line(std::string_view type, const Bytes& wire) {
    return std::string(type) + " " + encode_base64(wire);
}

std::vector<std::string> line_of_rsa(const evp_pkey_st* key) {
    bignum_st* modulus = nullptr;
    bignum_st* exponent = nullptr;
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus);
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent);
    const openssl::BigNumber owned_modulus(modulus);
    const openssl::BigNumber owned_exponent(exponent);
    if (modulus == nullptr || exponent == nullptr) {
        return {};
    }
    Bytes wire;
    append_string(wire, as_bytes("ssh-rsa"));
    append_number(wire, exponent);
    append_number(wire, modulus);
    return {public_line("ssh-rsa", wire)};
}

std::vector<std::string> line_of_ed25519(const evp_pkey_st* key) {
    std::array<std::uint8_t, 32> point{};
    std::size_t size = point.size();
    if (EVP_PKEY_get_raw_public_key(key, point.data(), &size) != 1) {
        return {};
    }
    Bytes wire;
    append_string(wire, as_bytes("ssh-ed25519"));
    append_string(wire, point);
    return {public_line("ssh-ed25519", wire)};
}

int no_passphrase(char* /*buffer*/, int /*size*/, int /*is_writing*/, void* /*context*/) {
    return -1;
}

/// PKCS #1 or PKCS #8, as older ssh-keygen(1) wrote them.
std::vector<std::string> lines_of_pem(std::string_view text) {
    const openssl::Buffer buffer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const openssl::Key key(PEM_read_bio_PrivateKey(buffer.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();
    if (key == nullptr) {
        return {};
    }
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
        return line_of_rsa(key.get());
    }
    return EVP_PKEY_is_a(key.get(), "ED25519") == 1 ? line_of_ed25519(key.get())
                                                    : std::vector<std::string>();
}

/// The public halves of every private key in a file, in the spelling of `age::Recipient::text`.
std::vector<std::string> public_halves(std::string_view text) {
    constexpr std::string_view openssh = "-----BEGIN OPENSSH PRIVATE KEY-----";
    std::vector<std::string> halves;
    for (std::size_t at = text.find("-----BEGIN "); at != std::string_view::npos;
         at = text.find("-----BEGIN ", at + 1)) {
        const std::string_view block = text.substr(at);
        if (!block.starts_with(openssh)) {
            for (std::string& line : lines_of_pem(block)) {
                halves.push_back(std::move(line));
            }
            continue;
        }
        constexpr std::string_view end = "-----END OPENSSH PRIVATE KEY-----";
        const std::size_t stop = block.find(end);
        const auto key = age::Recipient::parse_openssh_private(
            block.substr(0, stop == std::string_view::npos ? stop : stop + end.size())
        );
        if (key.has_value()) {
            halves.push_back(key->text());
        }
    }
    for (const std::string_view line : split(text, '\n')) {
        if (const std::size_t at = line.find("AGE-SECRET-KEY-1"); at != std::string_view::npos) {
            const std::string_view rest = line.substr(at);
            const auto identity =
                age::Identity::parse_x25519(rest.substr(0, rest.find_first_of(" \t\r\"'")));
            if (identity.has_value()) {
                halves.push_back(identity->recipient().text());
            }
        }
    }
    return halves;
}

} // namespace

Result<void> refuse_published_keys(const TrustPlan& plan, const Tree& key_files) {
    std::map<std::string, std::string> readers;
    for (const auto& [node, line] : plan.host_keys) {
        const std::string name = "the host key of `" + node + "`";
        readers.emplace(TRY(age::Recipient::parse(line).with("reading " + name)).text(), name);
    }
    for (const std::string& line : plan.operators) {
        const std::string name = "the key of an operator";
        readers.emplace(TRY(age::Recipient::parse(line).with("reading " + name)).text(), name);
    }
    for (const auto& [path, file] : key_files) {
        for (const std::string& half : public_halves(as_text(file.bytes))) {
            if (const auto found = readers.find(half); found != readers.end()) {
                return fail(
                    ErrorCode::denied,
                    "`" + path + "` is the private half of " + found->second +
                        ", and lies in the homelab's folder",
                    "whoever gets the folder could open every secret of that key: make a new key "
                    "outside of it, and never use this one again"
                );
            }
        }
    }
    return {};
}

} // namespace ducksnest::pki
