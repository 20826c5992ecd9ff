#include "base/assert.h"
#include "pki/certificate.h"
#include "pki/p256.h"

#include <algorithm>

using namespace ducksnest;

/// Foreign bytes as a certificate and as a bundle: refused, or read into something that survives
/// being written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const ByteView input(bytes, size);
    if (const auto certificate = pki::parse_certificate(input)) {
        const auto again = pki::parse_certificate_pem(certificate->to_pem());
        ASSERT(again.has_value() && again->fields == certificate->fields);
        ASSERT(again->der == certificate->der);
    }
    if (const auto bundle = pki::parse_bundle(input)) {
        ASSERT(!bundle->empty());
        const Bytes written = pki::encode_bundle(*bundle);
        ASSERT(std::ranges::equal(written, input));
    }
    if (const auto key = pki::PrivateKey::parse_pem(input)) {
        ASSERT(pki::PrivateKey::parse_pem(key->to_pem().view()).has_value());
    }
    return 0;
}
