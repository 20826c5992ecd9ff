#include "base/text.h"
#include "plan/units/units.h"

#include <fmt/format.h>

namespace ducksnest::plan {

const std::vector<std::string>& cipher_suites() {
    static const std::vector<std::string> suites{
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    };
    return suites;
}

void add_tls_arguments(std::vector<std::string>& arguments) {
    arguments.push_back(flag("tls-cipher-suites", join(cipher_suites(), ",")));
    arguments.push_back(flag("tls-min-version", "VersionTLS12"));
}

std::string flag(std::string_view name, std::string_view value) {
    return fmt::format("--{}={}", name, value);
}

} // namespace ducksnest::plan
