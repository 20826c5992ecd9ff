#include "app/kube_access.h"

#include "age/age.h"
#include "app/bootstrap_objects.h"
#include "app/certs.h"
#include "app/client_certificate.h"
#include "app/identities.h"
#include "app/places.h"
#include "manifests/document.h"
#include "pki/paths.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::app {
namespace {

/// May do everything, as a member of a group that can be taken its rights away.
constexpr std::string_view admin_certificate = "operators/admin";

/// The text of a file in secrets/; nothing when there is none.
Result<std::optional<std::string>> secret_file(Context& context, const std::string& path) {
    const auto bytes = TRY(context.files().read(fmt::format("{}/{}", secrets_folder, path)));
    return bytes ? std::optional(std::string(as_text(*bytes))) : std::nullopt;
}

Result<kube::Access> from_secrets(Context& context, const OperatorAccess& planned) {
    const auto authorities = TRY(secret_file(context, pki::bundle_path(pki::Authority::cluster)));
    const auto certificate = TRY(secret_file(context, pki::certificate_path(admin_certificate)));
    const auto sealed = TRY(secret_file(context, pki::sealed_key_path(admin_certificate)));
    if (!authorities || !certificate || !sealed || planned.server.empty()) {
        return fail(
            ErrorCode::not_found,
            fmt::format("there is neither a kubeconfig nor `{}` in secrets/", admin_certificate),
            "name a kubeconfig with `--kubeconfig FILE`, or run `ducksnest certs renew`"
        );
    }
    const auto identities = TRY(load_identities(context, planned.operators));
    return kube::Access{
        .server = planned.server,
        .authorities = *authorities,
        .certificate = *certificate,
        .key = TRY(age::decrypt(as_bytes(*sealed), identities)
                       .with(fmt::format("opening the key of `{}`", admin_certificate))),
    };
}

} // namespace

OperatorAccess operator_access(const plan::Plan& plan) {
    return {
        .server = plan.api_endpoints.empty() ? plan.api_server : plan.api_endpoints.front(),
        .operators = plan.trust.operators
    };
}

Result<kube::Access> find_access(Context& context, const OperatorAccess& planned) {
    const std::string path = expand_home(context, *context.arguments().text("kubeconfig"));
    const bool is_file = context.arguments().has("kubeconfig") ||
                         TRY(context.open_folder(".")->read(path)).has_value();
    kube::Access access =
        TRY(is_file ? read_access(context, path) : from_secrets(context, planned));
    TRY(check_client_certificate(
        access.certificate,
        context.clock().now(),
        is_file ? path : fmt::format("{}/{}", secrets_folder, admin_certificate)
    ));
    return access;
}

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
