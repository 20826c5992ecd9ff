#include "pki/peer_check.h"

#include "base/assert.h"
#include "pki/openssl_types.h"
#include "pki/verify_parameters.h"

#include <openssl/x509_vfy.h>

namespace ducksnest::pki {

namespace {

Result<openssl::X509Certificate> to_openssl(const Certificate& certificate) {
    const unsigned char* at = certificate.der.data();
    openssl::X509Certificate parsed(
        d2i_X509(nullptr, &at, static_cast<long>(certificate.der.size()))
    );
    if (parsed == nullptr) {
        return fail(ErrorCode::corrupt, "OpenSSL cannot read the certificate");
    }
    return parsed;
}

} // namespace

Result<void> check_peer(const PeerCheck& check) {
    const openssl::X509Store store(X509_STORE_new());
    ASSERT(store != nullptr);
    for (const Certificate& authority : check.trusted) {
        const openssl::X509Certificate parsed = TRY(to_openssl(authority));
        ASSERT(X509_STORE_add_cert(store.get(), parsed.get()) == 1);
    }
    const openssl::X509Certificate leaf = TRY(to_openssl(check.presented));
    const openssl::X509Check context(X509_STORE_CTX_new());
    ASSERT(context != nullptr);
    ASSERT(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr) == 1);
    ASSERT(
        X509_STORE_CTX_set_default(
            context.get(), check.role == Role::server ? "ssl_server" : "ssl_client"
        ) == 1
    );
    set_parameters(*X509_STORE_CTX_get0_param(context.get()), check.server_name, check.now);
    if (X509_verify_cert(context.get()) != 1) {
        const int reason = X509_STORE_CTX_get_error(context.get());
        return fail(ErrorCode::denied, X509_verify_cert_error_string(reason));
    }
    return {};
}

} // namespace ducksnest::pki
