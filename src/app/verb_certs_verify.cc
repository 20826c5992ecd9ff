#include "app/certs.h"
#include "app/identities.h"
#include "app/verbs.h"
#include "base/text.h"
#include "pki/verify.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

void tell_verification(Context& context, const pki::Verification& found) {
    const Style style = context.out_style();
    for (const pki::Finding& finding : found.findings) {
        context.out(
            fmt::format("{} {}: {}\n", paint("failed", Tone::bad, style), finding.what, finding.why)
        );
    }
    if (!found.findings.empty()) {
        context.out(count_of(found.findings.size(), "failure") + "\n");
        return;
    }
    context.out(fmt::format(
        "{}: {} work and {} are refused, as they must; {}, {} opened\n",
        paint("all is well", Tone::good, style),
        count_of(found.connections, "connection"),
        found.refusals,
        found.handshakes == 0 ? "checked without handshakes"
                              : count_of(found.handshakes, "TLS handshake"),
        count_of(found.keys_opened, "key")
    ));
    if (found.keys_sealed > 0) {
        context.say(fmt::format(
            "{} stayed sealed: their certificates were checked by chain, usage and name, without a "
            "handshake; `--identity FILE` opens them",
            count_of(found.keys_sealed, "key")
        ));
    }
}

Result<Exit> run_verify(Context& context) {
    auto run = begin_certs(context, Lock::shared);
    if (!run) {
        return run.error();
    }
    run->identities = TRY(load_identities(context, run->trust.operators));
    const pki::Verification found = TRY(pki::verify(run->request(), tools_of(context)));
    if (context.options().json) {
        context.out_json(pki::to_json(found));
    } else {
        tell_verification(context, found);
    }
    return found.findings.empty() ? Exit::done : Exit::failed;
}

} // namespace

Command certs_verify_command() {
    return {
        .path = "certs verify",
        .summary = "prove the secrets by real TLS handshakes",
        .description =
            "Compares every file with the index and every key with its certificate, then shakes "
            "hands in memory, in TLS 1.2 and 1.3, along every connection of the plan, and along "
            "connections that must be refused: a client of another authority, a certificate in the "
            "wrong role, a wrong name, an expired certificate. Exits 1 when anything fails.\n\n"
            "Without a private key that opens the secrets, chain, usage and names are checked "
            "instead, and the answer says so.",
        .flags = {identity_flag()},
        .examples = {{.command = "ducksnest certs verify", .says = "with ~/.ssh/id_ed25519"}},
        .run = run_verify,
    };
}

} // namespace ducksnest::app
