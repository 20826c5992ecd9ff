#pragma once

#include "aws/api_call.h"
#include "aws/uri.h"
#include "aws/xml.h"
#include "ports/cloud.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace ducksnest::aws {

/// How EC2 is found. The region is the plan's.
struct Ec2Options {
    std::string region{};
    std::string endpoint{}; ///< "" is Amazon's own.
    RetryPolicy retry{};
    int page_size = 100;    ///< Machines per answer; EC2 takes 5 to 1000.
    std::stop_token stop{}; ///< Ends calls and pauses at once with `interrupted`.
};

/// The machines of Amazon EC2: the Query API of version 2016-11-15.
class Ec2Cloud final : public Cloud {
public:
    Ec2Cloud(const Ec2Options& options, const ServiceDoors& doors);

    CloudResult<Instance> run(const LaunchOrder& order) override;
    CloudResult<std::vector<Instance>> describe(const InstanceQuery& query) override;
    CloudResult<std::vector<std::string>> terminate(const std::vector<std::string>& ids) override;
    CloudResult<std::vector<InstanceOffering>> offerings(const std::vector<std::string>& types
    ) override;

private:
    CloudResult<XmlElement>
    call(const std::string& action, const std::string& subject, const Query& parameters);
    /// Every page of a listing, each handed to `take`.
    CloudResult<void> call_pages(
        const std::string& action,
        Query parameters,
        const std::function<CloudResult<void>(const XmlElement& answer)>& take
    );

    ApiCaller caller_;
    int page_size_;
    std::stop_token stop_;
};

} // namespace ducksnest::aws
