#pragma once

#include "app/context.h"
#include "kube/kubeconfig.h"
#include "ports/http.h"

#include <memory>
#include <string>

namespace ducksnest::app {

/// Reads a kubeconfig; files that it names are meant from its own folder.
Result<kube::Access> read_access(Context& context, const std::string& path);

/// A door to an API server with these credentials; the key goes with it.
std::unique_ptr<Http> open_access(Context& context, kube::Access& access);

} // namespace ducksnest::app
