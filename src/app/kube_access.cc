#include "app/kube_access.h"

#include "app/bootstrap_objects.h"
#include "manifests/document.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::app {

Result<kube::Access> read_access(Context& context, const std::string& path) {
    const Bytes bytes = TRY(read_required(context, path));
    const Json config = TRY(manifests::read_document(path, std::string(as_text(bytes))));
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const auto read_file = [&](const std::string& name) -> Result<Bytes> {
        const std::optional<Bytes> found = TRY(context.open_folder(folder)->read(name));
        return found ? Result<Bytes>(*found)
                     : fail(ErrorCode::not_found, fmt::format("`{}` does not exist", name));
    };
    return kube::read_kubeconfig(config, read_file).with(fmt::format("reading `{}`", path));
}

std::unique_ptr<Http> open_access(Context& context, kube::Access& access) {
    return context.open_http(
        {.authorities = access.authorities,
         .certificate = access.certificate,
         .key = std::move(access.key)}
    );
}

} // namespace ducksnest::app
