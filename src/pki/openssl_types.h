#pragma once

#include <memory>

struct bignum_st;
struct bio_st;
struct ec_group_st;
struct ec_point_st;
struct evp_pkey_ctx_st;
struct evp_pkey_st;
struct ossl_param_bld_st;
struct ossl_param_st;
struct ssl_ctx_st;
struct ssl_st;
struct x509_st;
struct x509_store_ctx_st;
struct x509_store_st;

/// OpenSSL's objects with owners.
namespace ducksnest::pki::openssl {

/// Frees each kind of object as OpenSSL wants it; numbers are wiped.
struct Free {
    void operator()(bignum_st* object) const;
    void operator()(bio_st* object) const;
    void operator()(ec_group_st* object) const;
    void operator()(ec_point_st* object) const;
    void operator()(evp_pkey_ctx_st* object) const;
    void operator()(evp_pkey_st* object) const;
    void operator()(ossl_param_bld_st* object) const;
    void operator()(ossl_param_st* object) const;
    void operator()(ssl_ctx_st* object) const;
    void operator()(ssl_st* object) const;
    void operator()(x509_st* object) const;
    void operator()(x509_store_ctx_st* object) const;
    void operator()(x509_store_st* object) const;
};

template <class T>
using Owned = std::unique_ptr<T, Free>;

using BigNumber = Owned<bignum_st>;
using Buffer = Owned<bio_st>;
using Group = Owned<ec_group_st>;
using Point = Owned<ec_point_st>;
using KeyContext = Owned<evp_pkey_ctx_st>;
using Key = Owned<evp_pkey_st>;
using ParameterBuilder = Owned<ossl_param_bld_st>;
using Parameters = Owned<ossl_param_st>;
using TlsContext = Owned<ssl_ctx_st>;
using Tls = Owned<ssl_st>;
using X509Certificate = Owned<x509_st>;
using X509Check = Owned<x509_store_ctx_st>;
using X509Store = Owned<x509_store_st>;

} // namespace ducksnest::pki::openssl
