#pragma once

#include "pki/spec.h"
#include "plan/context.h"

namespace ducksnest::plan {

/// Every certificate, secret and connection of the homelab, and nothing more: one certificate per
/// purpose, each key for one node (or for the operators alone), no key twice.
pki::TrustPlan plan_trust(const Context& context);

/// "nodes/firebat/kubelet".
std::string node_certificate(const model::Node& node, std::string_view certificate);

namespace detail {

void add_certificates(const Context& context, pki::TrustPlan& trust);
void add_secrets(const Context& context, pki::TrustPlan& trust);
void add_edges(const Context& context, pki::TrustPlan& trust);

} // namespace detail
} // namespace ducksnest::plan
