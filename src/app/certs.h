#pragma once

#include "app/context.h"
#include "app/homelab.h"
#include "pki/certs.h"
#include "plan/plan.h"

#include <expected>
#include <memory>
#include <string>
#include <vector>

/// What the `certs` verbs share.
namespace ducksnest::app {

/// Where the secrets lie in the homelab's folder.
inline constexpr const char* secrets_folder = "secrets";

/// The homelab's trust and its secrets as they are, locked for this run.
struct CertsRun {
    pki::TrustPlan trust{};
    std::shared_ptr<void> lock{};
    Tree tree{};
    Instant now{};
    std::vector<age::Identity> identities{};

    pki::Request request() const {
        return {.plan = trust, .tree = tree, .now = now, .identities = identities};
    }
};

enum class Lock : std::uint8_t { shared, exclusive };

/// Reads homelab.toml, plans it, and reads the secrets. Refuses a homelab in whose folder the
/// private half of a recipient lies. Whatever is wrong has been told when this returns an exit.
std::expected<CertsRun, Exit> begin_certs(Context& context, Lock lock);

pki::Tools tools_of(Context& context);

/// The flag `--identity`, the same for every verb that has it.
Flag identity_flag();

/// The answer of a verb that changed the secrets: what, why, and which units must restart.
void tell_outcome(Context& context, const pki::Outcome& outcome);
Json to_json(const pki::Outcome& outcome, bool is_dry_run);

} // namespace ducksnest::app
