#include "ports/cloud.h"

#include <utility>

namespace ducksnest {

std::string_view to_string(CloudTrouble trouble) {
    switch (trouble) {
    case CloudTrouble::no_capacity:
        return "no-capacity";
    case CloudTrouble::not_offered:
        return "not-offered";
    case CloudTrouble::quota:
        return "quota";
    case CloudTrouble::address_in_use:
        return "address-in-use";
    case CloudTrouble::throttled:
        return "throttled";
    case CloudTrouble::denied:
        return "denied";
    case CloudTrouble::invalid:
        return "invalid";
    case CloudTrouble::token_differs:
        return "token-differs";
    case CloudTrouble::token_spent:
        return "token-spent";
    case CloudTrouble::unknown:
        return "unknown";
    case CloudTrouble::interrupted:
        return "interrupted";
    }
    std::unreachable();
}

std::string_view to_string(InstanceState state) {
    switch (state) {
    case InstanceState::pending:
        return "pending";
    case InstanceState::running:
        return "running";
    case InstanceState::shutting_down:
        return "shutting-down";
    case InstanceState::terminated:
        return "terminated";
    case InstanceState::stopping:
        return "stopping";
    case InstanceState::stopped:
        return "stopped";
    }
    std::unreachable();
}

} // namespace ducksnest
