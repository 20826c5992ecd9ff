#pragma once

#include "plan/plan.h"
#include "ports/files.h"

namespace ducksnest::render {

/// The Terraform module as it is kept in `terraform/`, the homelab's values for its variables, and
/// where its state is. Nothing without an AWS site. The owner may add files beside them.
void add_terraform(const plan::Plan& plan, Tree& tree);

} // namespace ducksnest::render
