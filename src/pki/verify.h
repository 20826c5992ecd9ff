#pragma once

#include "base/json.h"
#include "pki/certs.h"

#include <string>
#include <vector>

namespace ducksnest::pki {

/// Something that should hold and does not.
struct Finding {
    std::string what{}; ///< "nodes/firebat/kubelet to nodes/control-plane/apiserver".
    std::string why{};
};

/// What `certs verify` did, and what it found.
struct Verification {
    std::size_t keys_opened = 0;     ///< And found to belong to their certificates.
    std::size_t keys_sealed = 0;     ///< Not opened: no identity fits.
    std::size_t handshakes = 0;      ///< Real ones, in TLS 1.2 and 1.3.
    std::size_t connections = 0;     ///< Of the plan, and they work.
    std::size_t refusals = 0;        ///< That must not work, and were refused.
    std::vector<Finding> findings{}; ///< Empty: all is well.
};

/// Proves the folder: files against index, keys against certificates, every connection of the plan
/// by real handshakes, and that what must be refused is refused: clients of another authority, a
/// certificate in the wrong role, a wrong name, an expired certificate. Where no identity opens the
/// keys, the same by OpenSSL's certificate checks alone.
Result<Verification> verify(const Request& request, Tools tools);

/// For `--json`: schema "ducksnest.certs-verify/1".
Json to_json(const Verification& verification);

} // namespace ducksnest::pki
