#pragma once

#include "base/bytes.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"

#include <functional>
#include <string>

namespace ducksnest::kube {

/// How to reach an API server, and as whom.
struct Access {
    std::string server{};      ///< "https://10.20.1.10:6443", without a slash at the end.
    std::string authorities{}; ///< PEM; empty trusts what the system trusts.
    std::string certificate{}; ///< PEM; empty when a token says who we are.
    Secret key{};
    std::string token{};
};

/// Reads a file that a kubeconfig names; relative paths are meant from the kubeconfig's folder.
using ReadFile = std::function<Result<Bytes>(const std::string& path)>;

/// The current context of a kubeconfig (kubernetes.io/docs/reference/config-api/kubeconfig.v1).
/// Plugins (`exec`, `auth-provider`), passwords and unverified servers are refused: `unsupported`.
/// `invalid` names what is missing.
Result<Access> read_kubeconfig(const Json& config, const ReadFile& read_file);

} // namespace ducksnest::kube
