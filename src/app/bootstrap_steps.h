#pragma once

#include "app/bootstrap_objects.h"
#include "app/context.h"
#include "kube/bootstrap.h"
#include "kube/kubeconfig.h"
#include "ports/http.h"

namespace ducksnest::app {

/// Waits until the API server says that it is ready: at boot it may come later than we do. Only
/// what passes by itself is waited for.
Result<void>
wait_until_ready(Context& context, Http& http, const kube::Access& access, Duration patience);

/// Applies the set, prunes, waits for the rollout, and labels the nodes, as the options say. On an
/// empty cluster it first gives itself the rights that the plan means it to have.
Result<kube::BootstrapReport> bring_onto(
    Context& context,
    Http& http,
    const kube::Access& access,
    BootstrapSet set,
    const kube::BootstrapOptions& options
);

/// What the report says that somebody should know, on standard error.
void tell_remarks(Context& context, const kube::BootstrapReport& report);

} // namespace ducksnest::app
