#pragma once

#include "aws/ec2.h"
#include "io/curl_http.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"
#include "support/fault_proxy.h"
#include "support/moto.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ducksnest::testing {

using Faults = std::function<Fault(const ProxiedRequest& request)>;

/// The pauses of tests.
inline constexpr aws::RetryPolicy impatient = {
    .base = Duration(1), .slow_base = Duration(2), .cap = Duration(10)
};

/// A client of moto's EC2 behind a proxy with faults, and another one past the proxy.
class Ec2Ground {
public:
    explicit Ec2Ground(Faults faults, std::shared_ptr<const aws::Credentials> who = {});

    Cloud& cloud() { return cloud_; }
    Cloud& direct() { return direct_; }
    const FaultProxy& proxy() const { return proxy_; }
    aws::ServiceDoors doors() { return {http_, clock_, timer_, random_, credentials_}; }

    /// An order that nobody has given yet.
    static LaunchOrder new_order();
    /// How many machines the token has.
    std::size_t count(const LaunchOrder& order);

private:
    FaultProxy proxy_;
    io::CurlHttp http_{{}};
    io::SystemClock clock_{};
    io::SteadyTimer timer_{};
    io::OsRandom random_{};
    aws::FixedCredentials credentials_;
    aws::Ec2Cloud cloud_;
    aws::Ec2Cloud direct_;
};

/// The first `count` requests go wrong like this.
Faults first(int count, Fault fault);

/// What passes by itself: everything that may happen to a call on its way.
const std::vector<Fault>& passing_faults();
/// The same, and what EC2 itself says when it passes.
std::vector<Fault> passing_faults_of_ec2();

} // namespace ducksnest::testing
