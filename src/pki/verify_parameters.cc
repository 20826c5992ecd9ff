#include "pki/verify_parameters.h"

#include "base/assert.h"
#include "net/address.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace ducksnest::pki {

void set_parameters(X509_VERIFY_PARAM_st& parameters, std::string_view server_name, Instant now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    X509_VERIFY_PARAM_set_time(&parameters, seconds);
    X509_VERIFY_PARAM_set_flags(&parameters, X509_V_FLAG_X509_STRICT);
    // As Go does it: the alternative names alone count, never the common name.
    X509_VERIFY_PARAM_set_hostflags(&parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (server_name.empty()) {
        return;
    }
    if (const Result<net::Address> address = net::parse_address(server_name)) {
        const std::size_t size = address->family == net::Family::v4 ? 4 : 16;
        ASSERT(X509_VERIFY_PARAM_set1_ip(&parameters, address->bytes.data(), size) == 1);
    } else {
        ASSERT(
            X509_VERIFY_PARAM_set1_host(&parameters, server_name.data(), server_name.size()) == 1
        );
    }
}

} // namespace ducksnest::pki
