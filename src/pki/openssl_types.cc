#include "pki/openssl_types.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace ducksnest::pki::openssl {

void Free::operator()(bignum_st* object) const {
    BN_clear_free(object);
}
void Free::operator()(bio_st* object) const {
    BIO_free(object);
}
void Free::operator()(ec_group_st* object) const {
    EC_GROUP_free(object);
}
void Free::operator()(ec_point_st* object) const {
    EC_POINT_free(object);
}
void Free::operator()(evp_pkey_ctx_st* object) const {
    EVP_PKEY_CTX_free(object);
}
void Free::operator()(evp_pkey_st* object) const {
    EVP_PKEY_free(object);
}
void Free::operator()(ossl_param_bld_st* object) const {
    OSSL_PARAM_BLD_free(object);
}
void Free::operator()(ossl_param_st* object) const {
    OSSL_PARAM_free(object);
}
void Free::operator()(ssl_ctx_st* object) const {
    SSL_CTX_free(object);
}
void Free::operator()(ssl_st* object) const {
    SSL_free(object);
}
void Free::operator()(x509_st* object) const {
    X509_free(object);
}
void Free::operator()(x509_store_ctx_st* object) const {
    X509_STORE_CTX_free(object);
}
void Free::operator()(x509_store_st* object) const {
    X509_STORE_free(object);
}

} // namespace ducksnest::pki::openssl
