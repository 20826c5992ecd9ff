#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "net/address.h"
#include "ports/kube.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
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
    std::string pods{}; ///< CIDR that pods get their addresses from.
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
    /// `invalid` when the spec's pod network is none. `kube` must outlive the node.
    static Result<HollowNode> make(HollowSpec spec, kube::Kube& kube);

    /// Errors are passing: the next step tries again. Only `denied` is final: the certificate is
    /// not this node's.
    Result<void> step(Instant now);

    bool is_registered() const { return registered_; }

private:
    using Addresses = std::map<std::string, std::string>; ///< Of pods, by uid.

    HollowNode(HollowSpec spec, const net::Cidr& pods, kube::Kube& kube)
        : spec_(std::move(spec))
        , pods_(pods)
        , kube_(kube) {}

    Result<void> register_node(Instant now);
    Result<void> renew_lease(Instant now);
    Result<void> report_status(Instant now);
    Result<void> look_after_pods(Instant now);
    Result<void> look_after(const Json& pod, const std::string& address, Instant now);
    std::string pod_address(const Json& pod, const Addresses& known);
    Json status(Instant now) const;

    HollowSpec spec_;
    net::Cidr pods_;
    kube::Kube& kube_;
    bool registered_ = false;
    Instant lease_due_{};
    Instant status_due_{};
    Instant ready_since_{};
    Addresses pod_addresses_{};
    std::uint32_t pod_addresses_given_ = 0;
};

} // namespace ducksnest::local
