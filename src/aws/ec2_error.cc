#include "aws/ec2_error.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace ducksnest::aws {
namespace {

struct KnownTrouble {
    std::string_view code{};
    CloudTrouble trouble = CloudTrouble::invalid;
};

constexpr std::array known_troubles = {
    KnownTrouble{"InsufficientInstanceCapacity", CloudTrouble::no_capacity},
    KnownTrouble{"InsufficientCapacity", CloudTrouble::no_capacity},
    KnownTrouble{"InsufficientHostCapacity", CloudTrouble::no_capacity},
    KnownTrouble{"InsufficientReservedInstanceCapacity", CloudTrouble::no_capacity},
    KnownTrouble{"InsufficientAddressCapacity", CloudTrouble::no_capacity},
    KnownTrouble{"InsufficientFreeAddressesInSubnet", CloudTrouble::no_capacity},
    KnownTrouble{"InsufficientVolumeCapacity", CloudTrouble::no_capacity},
    KnownTrouble{"Unsupported", CloudTrouble::not_offered},
    KnownTrouble{"UnsupportedOperation", CloudTrouble::not_offered},
    KnownTrouble{"InstanceLimitExceeded", CloudTrouble::quota},
    KnownTrouble{"VcpuLimitExceeded", CloudTrouble::quota},
    KnownTrouble{"MaxSpotInstanceCountExceeded", CloudTrouble::quota},
    KnownTrouble{"VolumeLimitExceeded", CloudTrouble::quota},
    KnownTrouble{"MaxIOPSLimitExceeded", CloudTrouble::quota},
    KnownTrouble{"NetworkInterfaceLimitExceeded", CloudTrouble::quota},
    KnownTrouble{"InvalidIPAddress.InUse", CloudTrouble::address_in_use},
    KnownTrouble{"IdempotentParameterMismatch", CloudTrouble::token_differs},
    KnownTrouble{"IdempotentInstanceTerminated", CloudTrouble::token_spent},
};

CloudTrouble trouble_of(const Error& error) {
    switch (error.code) {
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
    case ErrorCode::corrupt:
        return CloudTrouble::unknown;
    case ErrorCode::unauthenticated:
    case ErrorCode::denied:
        return CloudTrouble::denied;
    case ErrorCode::interrupted:
        return CloudTrouble::interrupted;
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::invalid:
    case ErrorCode::aborted:
    case ErrorCode::unsupported:
    case ErrorCode::internal:
        return CloudTrouble::invalid;
    }
    std::unreachable();
}

std::string help_for(CloudTrouble trouble) {
    switch (trouble) {
    case CloudTrouble::quota:
        return "ask AWS for a higher limit under Service Quotas, or end what is not needed";
    case CloudTrouble::no_capacity:
        return "try another instance type or zone, or later";
    case CloudTrouble::not_offered:
        return "choose another instance type or zone";
    case CloudTrouble::address_in_use:
        return "wait until the machine that had it is gone, or terminate it";
    case CloudTrouble::throttled:
    case CloudTrouble::denied:
    case CloudTrouble::invalid:
    case CloudTrouble::token_differs:
    case CloudTrouble::token_spent:
    case CloudTrouble::unknown:
    case CloudTrouble::interrupted:
        break;
    }
    return {};
}

} // namespace

CloudError to_cloud_error(ApiFailure failure) {
    const auto* known =
        std::ranges::find(known_troubles, failure.service_code, &KnownTrouble::code);
    const bool is_about_order = known != known_troubles.end();
    const bool is_slow = failure.error.code == ErrorCode::unavailable &&
                         !failure.service_code.empty() && !failure.is_maybe_done;
    CloudTrouble trouble = is_about_order ? known->trouble : trouble_of(failure.error);
    if (!is_about_order && is_slow) {
        trouble = CloudTrouble::throttled;
    } else if (!is_about_order && failure.is_maybe_done && trouble != CloudTrouble::interrupted) {
        trouble = CloudTrouble::unknown;
    }
    if (failure.error.help.empty()) {
        failure.error.help = help_for(trouble);
    }
    return {.trouble = trouble, .error = std::move(failure.error)};
}

} // namespace ducksnest::aws
