#pragma once

#include "plan/plan.h"

#include <vector>

namespace ducksnest::plan {

/// Kernel modules every node loads at boot, sorted.
std::vector<KernelSetting> kernel_modules();

/// Kernel parameters every node sets at boot, sorted. The kubelet refuses to start when those that
/// --protect-kernel-defaults names have other values.
std::vector<KernelSetting> sysctls();

} // namespace ducksnest::plan
