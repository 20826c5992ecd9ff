#pragma once

#include "app/context.h"
#include "app/exit.h"
#include "app/kube_access.h"
#include "kube/object.h"
#include "plan/plan.h"

#include <expected>
#include <map>
#include <string>
#include <vector>

namespace ducksnest::app {

/// What a bootstrap applies, and the homelab it is for.
struct BootstrapSet {
    std::string homelab{};
    OperatorAccess access{}; ///< For those who have no kubeconfig.
    std::vector<kube::Object> objects{};
    /// Node to the labels that it shall have and its kubelet may not give it.
    std::map<std::string, std::map<std::string, std::string>> node_labels{};
};

/// Everything of this plan but Calico's definitions.
BootstrapSet bootstrap_set_of(const plan::Plan& plan);

/// From the lock that `--lock` names, else from homelab.toml. `Exit` when what is wrong has been
/// told already.
Result<std::expected<BootstrapSet, Exit>> bootstrap_set(Context& context);

/// Adds Calico's definitions: from the file that `--definitions` names, else from the cache, else
/// downloaded; in each case only the pinned bytes.
Result<void> add_definitions(Context& context, BootstrapSet& set);

/// A file that has to be there; relative paths are meant from the working folder.
Result<Bytes> read_required(Context& context, const std::string& path);

} // namespace ducksnest::app
