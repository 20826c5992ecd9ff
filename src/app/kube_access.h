#pragma once

#include "app/context.h"
#include "kube/kubeconfig.h"
#include "plan/plan.h"
#include "ports/http.h"

#include <memory>
#include <string>
#include <vector>

namespace ducksnest::app {

/// What is needed to make do without a kubeconfig.
struct OperatorAccess {
    std::string server{};                 ///< "https://10.20.1.10:6443".
    std::vector<std::string> operators{}; ///< Who can open the operators' key.
};

/// The access that --kubeconfig names, else the one in ~/.kube/config. Where there is no such file,
/// that of `operators/admin` in secrets/, opened in memory with the operator's private key. A
/// client certificate that is out of date is refused.
Result<kube::Access> find_access(Context& context, const OperatorAccess& planned);
OperatorAccess operator_access(const plan::Plan& plan);

/// Reads a kubeconfig; files that it names are meant from its own folder.
Result<kube::Access> read_access(Context& context, const std::string& path);

/// A door to an API server with these credentials; the key goes with it.
std::unique_ptr<Http> open_access(Context& context, kube::Access& access);

} // namespace ducksnest::app
