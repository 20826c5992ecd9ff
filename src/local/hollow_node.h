#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/kube.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::local {

struct HollowTaint {
    std::string key{};
    std::string value{};
    std::string effect{};
};

/// What a hollow node says of itself, taken from the plan.
struct HollowSpec {
    std::string name{};
    std::string address{}; ///< InternalIP.
    std::string kubernetes_version{};
    std::map<std::string, std::string> labels{};
    std::vector<HollowTaint> taints{};
    std::int64_t cpus = 0;
    std::int64_t memory_mebibytes = 0;
    std::int64_t allocatable_millicpus = 0;
    std::int64_t allocatable_mebibytes = 0;
};

Json to_json(const HollowSpec& spec);
Result<HollowSpec> parse_hollow_spec(const Json& json);

/// A node without containers: it speaks to the API server exactly as the kubelet of that node
/// would, with that kubelet's certificate, so the Node authorizer and NodeRestriction judge it as
/// such. It registers, renews its lease, reports its status, and says of the pods bound to it that
/// they run.
///
/// A step function: `step` does what is due at `now` and returns when to call it again.
class HollowNode {
public:
    HollowNode(HollowSpec spec, kube::Kube& kube)
        : spec_(std::move(spec))
        , kube_(kube) {}

    /// Errors are passing: the next step tries again. Only `denied` is final: the certificate is
    /// not this node's.
    Result<void> step(Instant now);

    bool is_registered() const { return registered_; }

private:
    Result<void> register_node(Instant now);
    Result<void> renew_lease(Instant now);
    Result<void> report_status(Instant now);
    Result<void> look_after_pods(Instant now);
    Result<void> look_after(const Json& pod, Instant now);
    Json status(Instant now) const;

    HollowSpec spec_;
    kube::Kube& kube_;
    bool registered_ = false;
    Instant lease_due_{};
    Instant status_due_{};
    Instant ready_since_{};
    std::map<std::string, int> pod_addresses_{}; ///< uid to host number.
    int pod_addresses_given_ = 0;
};

/// Labels a kubelet may give its own Node (NodeRestriction refuses the rest of `kubernetes.io`):
/// https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
bool may_label_itself(std::string_view key);

} // namespace ducksnest::local
