#pragma once

#include "base/secret.h"
#include "base/time.h"
#include "pki/certificate.h"
#include "pki/spec.h"

#include <string>
#include <vector>

namespace ducksnest::pki {

/// A connection to be tried, and whether it must work or must be refused.
struct Trial {
    std::string what{};
    std::string client{}; ///< Names of certificates.
    std::string server{};
    std::string server_name{};
    Authority client_trusts = Authority::cluster;
    Authority server_trusts = Authority::cluster;
    Instant now{};
    bool must_work = true;
};

/// What both sides bring along; keys are null where they could not be opened.
struct TrialMaterial {
    const Certificate& client;
    const Certificate& server;
    const Secret* client_key = nullptr;
    const Secret* server_key = nullptr;
    std::vector<Certificate> client_bundle{};
    std::vector<Certificate> server_bundle{};
};

struct TrialOutcome {
    bool is_as_wanted = false;
    std::string why{}; ///< When it is not.
    std::size_t handshakes = 0;
};

/// Tries it in TLS 1.2 and 1.3, or by certificate checks alone when a key is missing.
TrialOutcome run_trial(const Trial& trial, const TrialMaterial& material);

} // namespace ducksnest::pki
