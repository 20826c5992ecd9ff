#include "sim/twin_ground.h"

#include "pki/certs.h"
#include "pki/handshake.h"
#include "pki/paths.h"
#include "pki/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace ducksnest::sim {
namespace {

bool holds(const std::vector<std::string>& owners, const std::string& node) {
    return std::ranges::find(owners, node) != owners.end();
}

/// Names of every certificate and secret whose owners pass a test.
template <class Test>
std::vector<std::string> select(const pki::TrustPlan& plan, const Test& test) {
    std::vector<std::string> names;
    for (const pki::CertificateSpec& spec : plan.certificates) {
        if (test(spec.owners)) {
            names.push_back(spec.name);
        }
    }
    for (const pki::SecretSpec& spec : plan.secrets) {
        if (test(spec.owners)) {
            names.push_back(spec.name);
        }
    }
    return names;
}

} // namespace

Result<TwinGround>
TwinGround::make(const plan::Plan& plan, Instant now, Random& random, Parallel& parallel) {
    TwinGround ground;
    ground.trust_ = plan.trust;
    TRY(ground.make_hosts(plan, random));
    TRY(ground.issue(now, random, parallel));
    ground.find_ends();
    ground.find_credentials(plan);
    return ground;
}

Result<void> TwinGround::make_hosts(const plan::Plan& plan, Random& random) {
    const auto make_host = [&](const std::string& name,
                               const std::string& comment) -> Result<Host> {
        Host host{.name = name, .pair = age::make_host_key(random, comment)};
        host.identities.push_back(
            TRY(age::Identity::parse_openssh(as_text(host.pair.private_file.view())))
        );
        return host;
    };
    trust_.host_keys.clear();
    for (const plan::NodePlan& node : plan.nodes) {
        hosts_.push_back(TRY(make_host(node.name, "root@" + node.name)));
        trust_.host_keys.emplace(node.name, hosts_.back().pair.public_line);
    }
    operator_ = TRY(make_host("operator", "operator@twin"));
    trust_.operators = {operator_.pair.public_line};
    return {};
}

Result<void> TwinGround::issue(Instant now, Random& random, Parallel& parallel) {
    const Tree nothing;
    const std::vector<age::Identity> nobody;
    pki::Outcome outcome =
        TRY(pki::recreate(
                {.plan = trust_, .tree = nothing, .now = now, .identities = nobody},
                {.random = random, .parallel = parallel}
        )
                .with("issuing the twin's certificates"));
    tree_ = std::move(outcome.tree);
    const pki::Index index = TRY(pki::read_index(tree_));
    TRY(pki::refuse_problems(pki::find_problems(tree_, index, parallel)));
    expires_.assign(hosts_.size(), std::nullopt);
    for (std::size_t node = 0; node < hosts_.size(); ++node) {
        for (const pki::CertificateEntry& entry : index.certificates) {
            if (holds(entry.owners, hosts_[node].name)) {
                const Instant end = entry.not_after;
                expires_[node] = expires_[node] ? std::min(*expires_[node], end) : end;
            }
        }
    }
    return {};
}

void TwinGround::find_ends() {
    const auto holders = [&](const std::string& certificate) {
        const auto spec =
            std::ranges::find(trust_.certificates, certificate, &pki::CertificateSpec::name);
        std::vector<NodeIndex> found;
        for (NodeIndex node = 0; node < hosts_.size(); ++node) {
            if (spec != trust_.certificates.end() && holds(spec->owners, hosts_[node].name)) {
                found.push_back(node);
            }
        }
        return found;
    };
    for (const pki::TrustEdge& edge : trust_.edges) {
        ends_.push_back({.client = holders(edge.client), .server = holders(edge.server)});
    }
}

void TwinGround::find_credentials(const plan::Plan& plan) {
    for (const plan::NodePlan& node : plan.nodes) {
        std::vector<Credential> wanted;
        for (const auto& unit : node.units) {
            for (const std::string& name : unit->credentials) {
                wanted.push_back({.unit = unit->name, .name = name});
            }
        }
        credentials_.push_back(std::move(wanted));
    }
}

Result<ByteView> TwinGround::file(const std::string& path) const {
    const auto found = tree_.find(path);
    if (found == tree_.end()) {
        return fail(ErrorCode::not_found, fmt::format("there is no `{}`", path));
    }
    return ByteView(found->second.bytes);
}

Result<TwinGround::Keys> TwinGround::open_names(
    const std::vector<std::string>& names, const std::vector<age::Identity>& identities
) const {
    Keys keys;
    for (const std::string& name : names) {
        const std::string path = pki::sealed_key_path(name);
        keys.emplace(
            name,
            TRY(age::decrypt(TRY(file(path)), identities).with(fmt::format("opening `{}`", path)))
        );
    }
    return keys;
}

Result<TwinGround::Keys> TwinGround::open(NodeIndex node) const {
    const Host& host = hosts_[node];
    const std::vector<std::string> names =
        select(trust_, [&](const auto& owners) { return holds(owners, host.name); });
    Keys keys = TRY(open_names(names, host.identities));
    std::set<std::string_view> opened;
    for (const auto& [name, key] : keys) {
        opened.insert(pki::opened_name(name));
    }
    for (const Credential& credential : credentials_[node]) {
        if (!opened.contains(credential.name)) {
            return fail(
                ErrorCode::denied,
                fmt::format(
                    "unit `{}` needs `{}`, which `{}` cannot open",
                    credential.unit,
                    credential.name,
                    host.name
                )
            );
        }
    }
    return keys;
}

Result<TwinGround::Keys> TwinGround::open_as_operator() const {
    const auto nobody = [](const auto& owners) { return owners.empty(); };
    return open_names(select(trust_, nobody), operator_.identities);
}

Result<void> TwinGround::shake_hands(
    std::size_t index, const Secret& client, const Secret& server, Instant now
) const {
    const pki::TrustEdge& edge = trust_.edges[index];
    return pki::handshake(
        {.certificate = TRY(file(pki::certificate_path(edge.client))),
         .key = client.view(),
         .trusted = TRY(file(pki::bundle_path(edge.client_trusts)))},
        {.certificate = TRY(file(pki::certificate_path(edge.server))),
         .key = server.view(),
         .trusted = TRY(file(pki::bundle_path(edge.server_trusts)))},
        edge.server_name,
        now
    );
}

} // namespace ducksnest::sim
