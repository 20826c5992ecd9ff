#pragma once

#include "base/prng.h"
#include "net/address.h"
#include "ports/clock.h"
#include "ports/cloud.h"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ducksnest::sim {

struct CloudSubnet {
    std::string zone{};
    net::Cidr cidr{}; ///< As in a VPC, its first four addresses and its last one are nobody's.
};

struct CloudTemplate {
    std::string instance_type{};
    std::string subnet{};
};

/// What there is, as Terraform has made it and the provider has it.
struct CloudWorld {
    std::map<std::string, CloudSubnet> subnets{};
    std::map<std::string, CloudTemplate> templates{};
    /// How many more of a type a zone has; a type that is not named there is not offered.
    std::map<InstanceOffering, std::int64_t> capacity{};
    std::int64_t quota = 32;              ///< Machines that may be alive at once.
    Duration boot = Duration(20'000);     ///< From pending to running.
    Duration shutdown = Duration(30'000); ///< From shutting-down to terminated.
    Duration kept = Duration(3'600'000);  ///< How long a terminated machine is still listed.
    Duration consistency = Duration(0);   ///< How long `describe` shows what was before.
};

/// How often a call goes wrong. These are the failures that are left when the real door has used up
/// its attempts; all are drawn from the seed.
struct CloudFaults {
    Ratio throttled{};    ///< `throttled`, and nothing is done.
    Ratio lost_request{}; ///< `unknown`, and nothing is done.
    Ratio lost_reply{};   ///< `unknown`, and it is done.
};

/// The twin's EC2: same rules and errors as the real one, see tests/cloud. The same seed and the
/// same calls give the same machines and the same faults.
class MemoryCloud final : public Cloud {
public:
    /// Runs before each call with its name ("run", "describe", "terminate", "offerings"): where a
    /// test lets something else happen. Not under the cloud's lock.
    using Interruption = std::function<void(std::string_view call)>;

    MemoryCloud(Clock& clock, CloudWorld world, std::uint64_t seed = 0, CloudFaults faults = {})
        : clock_(clock)
        , world_(std::move(world))
        , prng_(seed)
        , faults_(faults) {}

    CloudResult<Instance> run(const LaunchOrder& order) override;
    CloudResult<std::vector<Instance>> describe(const InstanceQuery& query) override;
    CloudResult<std::vector<std::string>> terminate(const std::vector<std::string>& ids) override;
    CloudResult<std::vector<InstanceOffering>> offerings(const std::vector<std::string>& types
    ) override;

    void set_faults(CloudFaults faults);
    void set_interruption(Interruption interruption) { interruption_ = std::move(interruption); }
    /// From now on a zone has so many more of a type.
    void set_capacity(const InstanceOffering& offering, std::int64_t count);
    /// Every machine there ever was, as it is now, whatever `describe` shows; for checkers.
    std::vector<Instance> all() const;

private:
    struct Machine {
        Instance instance{};
        LaunchOrder order{};
        std::optional<Instant> ended{}; ///< When its end was asked for.
    };
    enum class Luck : std::uint8_t { good, lost_reply };

    /// What the seed has for the next call: to go on, or how it ends at once.
    CloudResult<Luck> begin(std::string_view call);
    CloudResult<Instance> launch(const LaunchOrder& order);
    CloudResult<Instance> repeat(const Machine& machine, const LaunchOrder& order) const;
    CloudResult<std::string>
    choose_address(const LaunchOrder& order, const std::string& subnet_name) const;
    Instance as_of(const Machine& machine, Instant when) const;
    bool is_address_free(const std::string& address) const;

    Clock& clock_;
    mutable std::mutex mutex_{};
    CloudWorld world_;
    Prng prng_;
    CloudFaults faults_;
    Interruption interruption_{};
    std::map<std::string, Machine> machines_{};                           ///< By id.
    std::map<std::pair<std::string, std::string>, std::string> tokens_{}; ///< Zone, token: id.
};

} // namespace ducksnest::sim
