#pragma once

#include "pki/readers.h"
#include "pki/store.h"

#include <map>
#include <string>
#include <vector>

namespace ducksnest::pki {

enum class Action : std::uint8_t {
    issue,  ///< A new key, and a new certificate with it.
    reseal, ///< The same key, encrypted to other readers.
};

/// Something that must be done, and why, for people: "expires in 12 days".
struct Decision {
    Action action = Action::issue;
    std::string reason{};
};

/// What separates the secrets from the plan. What is not named here stays as it is, to the byte.
struct Renewal {
    std::map<Authority, Decision> authorities{};
    std::map<std::string, Decision> certificates{}; ///< By name.
    std::map<std::string, Decision> secrets{};      ///< By name.
    std::vector<std::string> removed{}; ///< Certificates and secrets that left the plan.
    std::vector<std::string> warnings{};
    bool needs_identity = false; ///< Whether a sealed key must be opened for it.

    bool is_empty() const {
        return authorities.empty() && certificates.empty() && secrets.empty() && removed.empty();
    }
};

/// Compares the plan with what there is. Pure; needs no private key.
///
/// A certificate is issued anew when it is not there, when the plan asks for something else, when
/// it ends within renew_before_days, when another generation of its authority signed it, and when
/// somebody who could open its key no longer may: taking a reader away from the same key would take
/// nothing from him. A reader more only encrypts the key again. Authorities and secrets are never
/// replaced here: their keys are encrypted again, with a warning when a reader was taken away.
Renewal
decide_renewal(const TrustPlan& plan, const Store& store, const Readers& readers, Instant now);

} // namespace ducksnest::pki
