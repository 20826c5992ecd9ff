#pragma once

#include "app/terminal.h"
#include "base/json.h"
#include "kube/bootstrap.h"

#include <string>

namespace ducksnest::app {

/// What a bootstrap did, or with a dry run would do: one line per object that is not as it was,
/// and a last line that counts.
std::string describe(const kube::BootstrapReport& report, kube::Mode mode, const Style& style);

/// The last line alone, of a bootstrap that was done.
std::string describe_counts(const kube::BootstrapReport& report);

/// The same for programs: "ducksnest.bootstrap/1".
Json to_json(const kube::BootstrapReport& report, kube::Mode mode);

} // namespace ducksnest::app
