#include "plan/trust.h"

#include "model/public_key.h"

#include <algorithm>
#include <set>

namespace ducksnest::plan {
namespace {

/// As they stand in the file; of a key that stands there twice (W0401), the first.
std::vector<std::string> distinct_operators(const model::Homelab& homelab) {
    std::set<Bytes> seen;
    std::vector<std::string> operators;
    for (const auto& text : homelab.operators) {
        const Result<model::PublicKey> key = model::parse_public_key(*text);
        if (!key || seen.insert(key->blob).second) {
            operators.push_back(*text);
        }
    }
    return operators;
}

} // namespace

pki::TrustPlan plan_trust(const Context& context) {
    const model::Homelab& homelab = *context.homelab;
    pki::TrustPlan trust;
    trust.homelab = *homelab.name;
    trust.leaf_days = *homelab.certificates.leaf_days;
    trust.authority_days = *homelab.certificates.authority_days;
    trust.renew_before_days = *homelab.certificates.renew_before_days;
    trust.operators = distinct_operators(homelab);
    for (const model::Node& node : homelab.nodes) {
        if (node.host_key) {
            trust.host_keys.emplace(node.name, **node.host_key);
        }
    }
    detail::add_certificates(context, trust);
    detail::add_secrets(context, trust);
    detail::add_edges(context, trust);
    if (context.balanced) {
        // It checks the API servers' certificates to know which of them are well.
        for (const Machine& machine : context.machines) {
            trust.readers.push_back(
                {.node = machine.node->name,
                 .unit = "api-balancer.service",
                 .authority = pki::Authority::cluster}
            );
        }
    }
    std::ranges::sort(trust.certificates, {}, &pki::CertificateSpec::name);
    std::ranges::sort(trust.secrets, {}, &pki::SecretSpec::name);
    return trust;
}

std::string node_certificate(const model::Node& node, std::string_view certificate) {
    std::string name;
    name.reserve(7 + node.name.size() + certificate.size());
    name.append("nodes/").append(node.name).append("/").append(certificate);
    return name;
}

} // namespace ducksnest::plan
