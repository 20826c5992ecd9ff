#pragma once

#include "base/error.h"
#include "kube/object.h"

#include <string>
#include <vector>

namespace ducksnest::kube {

struct Refusal {
    const Object* object = nullptr;
    Error error{};
};

/// Everything that was refused as one error that fits a screen: object, field, cause, and where to
/// correct it.
Error refusals_error(const std::vector<Refusal>& refusals);

} // namespace ducksnest::kube
