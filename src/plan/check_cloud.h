#pragma once

#include "diag/diagnostic.h"
#include "plan/context.h"

#include <vector>

namespace ducksnest::plan {

/// What AWS would refuse, or Terraform cannot make: a network that cannot be halved, an address
/// that AWS keeps, a second AWS site.
void check_cloud(const Context& context, std::vector<diag::Diagnostic>& found);

} // namespace ducksnest::plan
