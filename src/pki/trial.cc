#include "pki/trial.h"

#include "pki/handshake.h"
#include "pki/peer_check.h"

namespace ducksnest::pki {

namespace {

/// What the two sides would say about each other's certificates.
Result<void> check_both(const Trial& trial, const TrialMaterial& material) {
    TRY(check_peer({
                       .presented = material.server,
                       .trusted = material.client_bundle,
                       .role = Role::server,
                       .server_name = trial.server_name,
                       .now = trial.now,
                   })
            .with("the client refuses the server's certificate"));
    return check_peer({
                          .presented = material.client,
                          .trusted = material.server_bundle,
                          .role = Role::client,
                          .now = trial.now,
                      })
        .with("the server refuses the client's certificate");
}

Result<void> shake_hands(const Trial& trial, const TrialMaterial& material, TlsVersion version) {
    const Bytes client = material.client.to_pem();
    const Bytes server = material.server.to_pem();
    const Bytes client_bundle = encode_bundle(material.client_bundle);
    const Bytes server_bundle = encode_bundle(material.server_bundle);
    return handshake(
        {.certificate = client, .key = material.client_key->view(), .trusted = client_bundle},
        {.certificate = server, .key = material.server_key->view(), .trusted = server_bundle},
        trial.server_name,
        trial.now,
        version
    );
}

void judge(const Trial& trial, const Result<void>& result, TrialOutcome& outcome) {
    if (result.has_value() == trial.must_work) {
        return;
    }
    outcome.is_as_wanted = false;
    outcome.why =
        result.has_value() ? "was accepted and must be refused" : describe(result.error());
}

} // namespace

TrialOutcome run_trial(const Trial& trial, const TrialMaterial& material) {
    TrialOutcome outcome{.is_as_wanted = true};
    if (material.client_key == nullptr || material.server_key == nullptr) {
        judge(trial, check_both(trial, material), outcome);
        return outcome;
    }
    for (const TlsVersion version : {TlsVersion::v12, TlsVersion::v13}) {
        const Result<void> result = shake_hands(trial, material, version);
        ++outcome.handshakes;
        judge(trial, result, outcome);
        // A refusal counts only when it is one: unusable files prove nothing.
        if (!result.has_value() && result.error().code != ErrorCode::denied) {
            outcome.is_as_wanted = false;
            outcome.why = describe(result.error());
        }
    }
    return outcome;
}

} // namespace ducksnest::pki
