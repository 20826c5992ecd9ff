#include "age/ssh_cipher.h"

#include "base/assert.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>

namespace ducksnest::age {
namespace {

constexpr std::string_view chacha_name = "chacha20-poly1305@openssh.com";

// Names of RFC 4344 section 4, RFC 4253 section 6.3 and OpenSSH's PROTOCOL; sizes in bytes.
constexpr std::array<SshCipher, 10> ciphers = {{
    {"aes256-ctr", 32, 16, 16, 0},
    {"aes192-ctr", 24, 16, 16, 0},
    {"aes128-ctr", 16, 16, 16, 0},
    {"aes256-cbc", 32, 16, 16, 0},
    {"aes192-cbc", 24, 16, 16, 0},
    {"aes128-cbc", 16, 16, 16, 0},
    {"3des-cbc", 24, 8, 8, 0},
    {"aes256-gcm@openssh.com", 32, 12, 16, 16},
    {"aes128-gcm@openssh.com", 16, 12, 16, 16},
    {chacha_name, 64, 0, 8, 16},
}};

const EVP_CIPHER* find_evp_cipher(std::string_view name) {
    struct Entry {
        std::string_view name;
        const EVP_CIPHER* (*cipher)();
    };
    static constexpr Entry entries[] = {
        {"aes256-ctr", EVP_aes_256_ctr},
        {"aes192-ctr", EVP_aes_192_ctr},
        {"aes128-ctr", EVP_aes_128_ctr},
        {"aes256-cbc", EVP_aes_256_cbc},
        {"aes192-cbc", EVP_aes_192_cbc},
        {"aes128-cbc", EVP_aes_128_cbc},
        {"3des-cbc", EVP_des_ede3_cbc},
        {"aes256-gcm@openssh.com", EVP_aes_256_gcm},
        {"aes128-gcm@openssh.com", EVP_aes_128_gcm},
    };
    const auto* found = std::ranges::find(entries, name, &Entry::name);
    return found == std::end(entries) ? nullptr : found->cipher();
}

std::unexpected<Error> wrong_passphrase() {
    return fail(ErrorCode::denied, "the passphrase of the SSH key is wrong");
}

/// OpenSSH's own construction: the second half of the key is for packet lengths, which a file does
/// not have; packet number 0 is the nonce; block 0 of the stream keys the authenticator.
Result<Secret> open_chacha(ByteView secret, ByteView sealed, ByteView tag) {
    constexpr std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
    Secret authenticator(crypto_onetimeauth_poly1305_KEYBYTES);
    crypto_stream_chacha20(
        authenticator.span().data(), authenticator.size(), nonce.data(), secret.data()
    );
    if (crypto_onetimeauth_poly1305_verify(
            tag.data(), sealed.data(), sealed.size(), authenticator.view().data()
        ) != 0) {
        return wrong_passphrase();
    }
    Secret plain(sealed.size());
    crypto_stream_chacha20_xor_ic(
        plain.span().data(), sealed.data(), sealed.size(), nonce.data(), 1, secret.data()
    );
    return plain;
}

} // namespace

const SshCipher* find_ssh_cipher(std::string_view name) {
    const auto* found = std::ranges::find(ciphers, name, &SshCipher::name);
    return found == ciphers.end() ? nullptr : found;
}

Result<Secret> open_ssh_cipher(const SshCipher& cipher, ByteView secret, ByteView sealed) {
    ASSERT(secret.size() == cipher.key_size + cipher.nonce_size);
    ASSERT(sealed.size() >= cipher.tag_size);
    Bytes tag(sealed.end() - static_cast<std::ptrdiff_t>(cipher.tag_size), sealed.end());
    sealed = sealed.first(sealed.size() - cipher.tag_size);
    if (cipher.name == chacha_name) {
        return open_chacha(secret, sealed, tag);
    }
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free
    );
    const std::uint8_t* nonce = secret.data() + cipher.key_size;
    Secret plain(sealed.size() + cipher.block_size);
    int written = 0;
    int finished = 0;
    const bool started =
        context != nullptr &&
        EVP_DecryptInit_ex(
            context.get(), find_evp_cipher(cipher.name), nullptr, secret.data(), nonce
        ) == 1 &&
        EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1;
    const bool tag_set =
        tag.empty() ||
        EVP_CIPHER_CTX_ctrl(
            context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()
        ) == 1;
    if (!started || !tag_set ||
        EVP_DecryptUpdate(
            context.get(),
            plain.span().data(),
            &written,
            sealed.data(),
            static_cast<int>(sealed.size())
        ) != 1) {
        ERR_clear_error();
        return fail(
            ErrorCode::unsupported, "OpenSSL cannot decrypt with `" + std::string(cipher.name) + "`"
        );
    }
    if (EVP_DecryptFinal_ex(context.get(), plain.span().data() + written, &finished) != 1) {
        ERR_clear_error();
        return wrong_passphrase();
    }
    return Secret(plain.view().first(static_cast<std::size_t>(written + finished)));
}

} // namespace ducksnest::age
