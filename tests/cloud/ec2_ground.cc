#include "ec2_ground.h"

#include <fmt/format.h>

#include <atomic>
#include <stdexcept>

namespace ducksnest::testing {
namespace {

constexpr const char* template_name = "duck-faults";

void lay_ground() {
    static const std::string made = moto().ec2(
        {{"Action", "CreateLaunchTemplate"},
         {"LaunchTemplateName", template_name},
         {"LaunchTemplateData.ImageId", "ami-12c6146b"},
         {"LaunchTemplateData.InstanceType", "t3.medium"}}
    );
}

std::shared_ptr<const aws::Credentials> or_owner(std::shared_ptr<const aws::Credentials> who) {
    return who == nullptr ? moto().credentials("test") : std::move(who);
}

} // namespace

Ec2Ground::Ec2Ground(Faults faults, std::shared_ptr<const aws::Credentials> who)
    : proxy_({.port = moto().port(), .faults = std::move(faults)})
    , credentials_(or_owner(std::move(who)))
    , cloud_({.region = moto_region, .endpoint = proxy_.url(), .retry = impatient}, doors())
    , direct_({.region = moto_region, .endpoint = moto().endpoint()}, doors()) {
    lay_ground();
}

LaunchOrder Ec2Ground::new_order() {
    static std::atomic<int> count = 0;
    const std::string token = fmt::format("order-{}", ++count);
    return {.token = token, .launch_template = template_name, .tags = {{"token", token}}};
}

std::size_t Ec2Ground::count(const LaunchOrder& order) {
    return direct_.describe({.tags = {{"token", order.token}}}).value().size();
}

Faults first(int count, Fault fault) {
    auto left = std::make_shared<std::atomic<int>>(count);
    return [left, fault = std::move(fault)](const ProxiedRequest& /*request*/) {
        return left->fetch_sub(1) > 0 ? fault : Fault{};
    };
}

const std::vector<Fault>& passing_faults() {
    using Kind = Fault::Kind;
    static const std::vector<Fault> faults = {
        {.kind = Kind::lost_reply},
        {.kind = Kind::reset_request, .offset = 0},
        {.kind = Kind::reset_request, .offset = 40},
        {.kind = Kind::reset_reply, .offset = 0},
        {.kind = Kind::reset_reply, .offset = 100},
        {.kind = Kind::truncate_reply, .offset = 100},
        {.kind = Kind::answer, .status = 500},
        {.kind = Kind::answer, .status = 503},
        {.kind = Kind::answer, .status = 502, .body = "<html>bad gateway</html>"},
        {.kind = Kind::answer, .status = 429},
    };
    return faults;
}

std::vector<Fault> passing_faults_of_ec2() {
    std::vector<Fault> faults = passing_faults();
    faults.push_back(ec2_error(503, "RequestLimitExceeded"));
    faults.push_back(ec2_error(400, "Throttling"));
    faults.push_back(ec2_error(500, "InternalError"));
    faults.push_back(ec2_error(503, "Unavailable"));
    return faults;
}

} // namespace ducksnest::testing
