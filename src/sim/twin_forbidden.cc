#include "pki/handshake.h"
#include "pki/paths.h"
#include "sim/twin_ground.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace ducksnest::sim {
namespace {

/// One connection that must fail.
struct Attempt {
    std::string client{}; ///< Whose certificate the client presents.
    std::string server_name{};
    pki::TrustEdge edge{}; ///< The allowed connection it differs from.
    Duration later{};      ///< How long after now.
    std::string what{};    ///< "with a certificate of the etcd authority".
};

/// A name that no server has (RFC 2606 reserves the domain).
constexpr std::string_view stranger = "stranger.invalid";
constexpr Duration after_every_expiry = std::chrono::days(40'000);

/// The first certificate that passes a test.
template <class Test>
const pki::CertificateSpec* first_where(const pki::TrustPlan& trust, const Test& test) {
    const auto found = std::ranges::find_if(trust.certificates, test);
    return found == trust.certificates.end() ? nullptr : &*found;
}

std::vector<Attempt> attempts_against(const pki::TrustPlan& trust, const pki::TrustEdge& edge) {
    std::vector<Attempt> attempts = {
        {.client = edge.client,
         .server_name = std::string(stranger),
         .edge = edge,
         .what = fmt::format("under the name `{}`", stranger)},
        {.client = edge.client,
         .server_name = edge.server_name,
         .edge = edge,
         .later = after_every_expiry,
         .what = "after every certificate has expired"},
    };
    const auto* foreign = first_where(trust, [&](const pki::CertificateSpec& spec) {
        return spec.authority != edge.server_trusts && spec.usage != pki::Usage::server;
    });
    if (foreign != nullptr) {
        attempts.push_back(
            {.client = foreign->name,
             .server_name = edge.server_name,
             .edge = edge,
             .what = fmt::format("with `{}`, of another authority", foreign->name)}
        );
    }
    const auto* server_only = first_where(trust, [&](const pki::CertificateSpec& spec) {
        return spec.authority == edge.server_trusts && spec.usage == pki::Usage::server;
    });
    if (server_only != nullptr) {
        attempts.push_back(
            {.client = server_only->name,
             .server_name = edge.server_name,
             .edge = edge,
             .what = fmt::format("with `{}`, a server's certificate", server_only->name)}
        );
    }
    return attempts;
}

/// One allowed edge for every server and every authority it trusts.
std::vector<pki::TrustEdge> servers_of(const pki::TrustPlan& trust) {
    std::vector<pki::TrustEdge> found;
    std::set<std::pair<std::string, pki::Authority>> seen;
    for (const pki::TrustEdge& edge : trust.edges) {
        if (seen.emplace(edge.server, edge.server_trusts).second) {
            found.push_back(edge);
        }
    }
    return found;
}

} // namespace

ForbiddenEdges TwinGround::try_forbidden(
    const std::function<const Secret*(const std::string& certificate)>& key_of,
    Instant now,
    Parallel& parallel
) const {
    std::vector<Attempt> attempts;
    for (const pki::TrustEdge& edge : servers_of(trust_)) {
        std::ranges::move(attempts_against(trust_, edge), std::back_inserter(attempts));
    }
    enum class Verdict : std::uint8_t { untried, refused, accepted };
    std::vector<Verdict> verdicts(attempts.size(), Verdict::untried);
    parallel.for_each(attempts.size(), [&](std::size_t i) {
        const Attempt& attempt = attempts[i];
        const Secret* client_key = key_of(attempt.client);
        const Secret* server_key = key_of(attempt.edge.server);
        const auto client_file = file(pki::certificate_path(attempt.client));
        const auto server_file = file(pki::certificate_path(attempt.edge.server));
        const auto client_bundle = file(pki::bundle_path(attempt.edge.client_trusts));
        const auto server_bundle = file(pki::bundle_path(attempt.edge.server_trusts));
        if (client_key == nullptr || server_key == nullptr || !client_file || !server_file ||
            !client_bundle || !server_bundle) {
            return;
        }
        const Result<void> shaken = pki::handshake(
            {.certificate = *client_file, .key = client_key->view(), .trusted = *client_bundle},
            {.certificate = *server_file, .key = server_key->view(), .trusted = *server_bundle},
            attempt.server_name,
            now + attempt.later
        );
        verdicts[i] = shaken ? Verdict::accepted : Verdict::refused;
    });
    ForbiddenEdges forbidden;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        forbidden.tried += verdicts[i] == Verdict::untried ? 0U : 1U;
        if (verdicts[i] == Verdict::accepted) {
            forbidden.accepted.push_back(fmt::format(
                "`{}` to `{}` {}", attempts[i].client, attempts[i].edge.server, attempts[i].what
            ));
        }
    }
    return forbidden;
}

} // namespace ducksnest::sim
