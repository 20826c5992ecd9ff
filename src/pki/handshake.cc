#include "pki/handshake.h"

#include "base/assert.h"
#include "net/address.h"
#include "pki/openssl_types.h"
#include "pki/verify_parameters.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <string>

namespace ducksnest::pki {

namespace {

/// Flights of a full handshake are fewer; more means that both sides wait.
constexpr int rounds_max = 20;

std::unexpected<Error> unusable(std::string_view who, std::string_view what) {
    ERR_clear_error();
    return fail(
        ErrorCode::corrupt, "the " + std::string(who) + "'s " + std::string(what) + " is unusable"
    );
}

openssl::Buffer open_buffer(ByteView bytes) {
    // OpenSSL takes no null pointer, not even for nothing.
    const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
    openssl::Buffer buffer(BIO_new_mem_buf(data, static_cast<int>(bytes.size())));
    ASSERT(buffer != nullptr);
    return buffer;
}

openssl::X509Certificate read_certificate(bio_st* buffer) {
    return openssl::X509Certificate(PEM_read_bio_X509(buffer, nullptr, nullptr, nullptr));
}

/// Never asks a terminal: our keys have no passphrase.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*is_writing*/, void* /*context*/) {
    return -1;
}

Result<openssl::TlsContext>
make_context(std::string_view who, const HandshakeSide& side, TlsVersion version) {
    openssl::TlsContext context(SSL_CTX_new(TLS_method()));
    ASSERT(context != nullptr);
    const int number = version == TlsVersion::v12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    ASSERT(SSL_CTX_set_min_proto_version(context.get(), number) == 1);
    ASSERT(SSL_CTX_set_max_proto_version(context.get(), number) == 1);
    // Nobody sends an authority along: a peer must know it already.
    SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
    ASSERT(SSL_CTX_set_num_tickets(context.get(), 0) == 1);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);

    const openssl::X509Certificate own = read_certificate(open_buffer(side.certificate).get());
    if (own == nullptr || SSL_CTX_use_certificate(context.get(), own.get()) != 1) {
        return unusable(who, "certificate");
    }
    const openssl::Key key(
        PEM_read_bio_PrivateKey(open_buffer(side.key).get(), nullptr, no_passphrase, nullptr)
    );
    if (key == nullptr || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
        return unusable(who, "private key");
    }
    X509_STORE* store = SSL_CTX_get_cert_store(context.get());
    const openssl::Buffer bundle = open_buffer(side.trusted);
    std::size_t count = 0;
    for (openssl::X509Certificate trusted = read_certificate(bundle.get()); trusted != nullptr;
         trusted = read_certificate(bundle.get())) {
        count += static_cast<std::size_t>(X509_STORE_add_cert(store, trusted.get()));
    }
    // The end of the bundle is reported as an error as well.
    ERR_clear_error();
    if (count == 0) {
        return unusable(who, "bundle");
    }
    return context;
}

/// Why this side gave up.
Result<void> explain(SSL* side, std::string_view who, std::string_view peer) {
    const long verified = SSL_get_verify_result(side);
    std::string message;
    if (verified != X509_V_OK) {
        message = "the " + std::string(who) + " refuses the " + std::string(peer) +
                  "'s certificate: " + X509_verify_cert_error_string(verified);
    } else {
        const char* reason = ERR_reason_error_string(ERR_peek_last_error());
        message = "the " + std::string(who) +
                  " breaks the handshake off: " + (reason == nullptr ? "unknown" : reason);
    }
    ERR_clear_error();
    return fail(ErrorCode::denied, std::move(message));
}

enum class Step : std::uint8_t { done, waiting, failed };

Step advance(SSL* side) {
    ERR_clear_error();
    const int result = SSL_do_handshake(side);
    if (result == 1) {
        return Step::done;
    }
    const int error = SSL_get_error(side, result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Step::waiting
                                                                         : Step::failed;
}

Result<void> exchange(SSL* client, SSL* server) {
    for (int round = 0; round < rounds_max; ++round) {
        const Step client_step = advance(client);
        if (client_step == Step::failed) {
            return explain(client, "client", "server");
        }
        const Step server_step = advance(server);
        if (server_step == Step::failed) {
            return explain(server, "server", "client");
        }
        if (client_step == Step::done && server_step == Step::done) {
            return {};
        }
    }
    return fail(ErrorCode::internal, "the handshake does not end");
}

} // namespace

std::string_view to_string(TlsVersion version) {
    return version == TlsVersion::v12 ? "TLS 1.2" : "TLS 1.3";
}

Result<void> handshake(
    const HandshakeSide& client,
    const HandshakeSide& server,
    std::string_view server_name,
    Instant now,
    TlsVersion version
) {
    const openssl::TlsContext client_context = TRY(make_context("client", client, version));
    const openssl::TlsContext server_context = TRY(make_context("server", server, version));
    const openssl::Tls dialling(SSL_new(client_context.get()));
    const openssl::Tls listening(SSL_new(server_context.get()));
    ASSERT(dialling != nullptr && listening != nullptr);
    set_parameters(*SSL_get0_param(dialling.get()), server_name, now);
    set_parameters(*SSL_get0_param(listening.get()), {}, now);
    // Server name indication is for DNS names only (RFC 6066 section 3).
    if (!server_name.empty() && !net::parse_address(server_name).has_value()) {
        std::string name(server_name);
        ASSERT(
            SSL_ctrl(
                dialling.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()
            ) == 1
        );
    }
    BIO* client_end = nullptr;
    BIO* server_end = nullptr;
    ASSERT(BIO_new_bio_pair(&client_end, 0, &server_end, 0) == 1);
    SSL_set_bio(dialling.get(), client_end, client_end);
    SSL_set_bio(listening.get(), server_end, server_end);
    SSL_set_connect_state(dialling.get());
    SSL_set_accept_state(listening.get());
    return exchange(dialling.get(), listening.get());
}

} // namespace ducksnest::pki
