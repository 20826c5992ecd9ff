#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

#include <string_view>
#include <vector>

/// PEM (RFC 7468): base64 of 64 letters per line between BEGIN and END.
namespace ducksnest::pki::pem {

Bytes encode(std::string_view label, ByteView der);
/// The same for key material: the text is written once, into memory that is wiped.
Secret encode_secret(std::string_view label, ByteView der);

/// The one block of this label. Anything else in the text, conflict markers say, is `corrupt`.
Result<Secret> decode(std::string_view label, ByteView text);
/// One block or more of this label, in their order.
Result<std::vector<Bytes>> decode_all(std::string_view label, ByteView text);

} // namespace ducksnest::pki::pem
