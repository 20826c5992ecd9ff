#include "app/client_certificate.h"

#include "pki/certificate.h"

#include <fmt/format.h>

namespace ducksnest::app {

Result<void>
check_client_certificate(const std::string& pem, Instant now, const std::string& origin) {
    const Result<std::vector<pki::Certificate>> chain = pki::parse_bundle(as_bytes(pem));
    if (!chain || chain->empty()) {
        return {};
    }
    const pki::CertificateFields& fields = chain->front().fields;
    if (now > fields.not_after) {
        return fail(
            ErrorCode::unauthenticated,
            fmt::format(
                "the client certificate of `{}` in `{}` expired at {}; it is {} now",
                fields.subject.common_name,
                origin,
                format_time(fields.not_after),
                format_time(now)
            ),
            "make a new one with `ducksnest certs renew`; if the date of now is wrong, set this "
            "machine's clock (`timedatectl`)"
        );
    }
    if (now < fields.not_before) {
        return fail(
            ErrorCode::unauthenticated,
            fmt::format(
                "the client certificate of `{}` in `{}` is not valid before {}; it is {} now",
                fields.subject.common_name,
                origin,
                format_time(fields.not_before),
                format_time(now)
            ),
            "set the clock of this machine, or of the one that made the certificate "
            "(`timedatectl`)"
        );
    }
    return {};
}

} // namespace ducksnest::app
