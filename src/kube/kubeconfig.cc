#include "kube/kubeconfig.h"

#include "base/encoding.h"
#include "kube/object.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::kube {
namespace {

/// The entry of a list like `users: [{name: x, user: {…}}]`.
Result<const Json*>
entry(const Json& config, std::string_view list, std::string_view key, const std::string& name) {
    const Json* found = config.find(list);
    const Json::Array* items = found == nullptr ? nullptr : found->as_array();
    if (items != nullptr) {
        const auto at = std::ranges::find_if(*items, [&](const Json& item) {
            return text_at(item, "name") == name;
        });
        if (at != items->end() && at->find(key) != nullptr) {
            return at->find(key);
        }
    }
    return fail(
        ErrorCode::invalid, fmt::format("the kubeconfig has no entry `{}` under `{}`", name, list)
    );
}

/// A field that holds the bytes in base64 (`client-key-data`) or the path of a file
/// (`client-key`); the bytes win, as they do in kubectl. Empty when there is neither.
Result<Bytes> bytes_of(const Json& json, const std::string& field, const ReadFile& read_file) {
    const std::string data = text_at(json, field + "-data");
    if (!data.empty()) {
        return decode_base64(data).with(fmt::format("reading `{}-data`", field));
    }
    const std::string path = text_at(json, field);
    return path.empty() ? Result<Bytes>(Bytes()) : read_file(path);
}

std::unexpected<Error> unsupported(std::string_view field, std::string_view help) {
    return fail(
        ErrorCode::unsupported,
        fmt::format("the kubeconfig uses `{}`, which ducksnest does not", field),
        std::string(help)
    );
}

Result<void> read_cluster(const Json& cluster, const ReadFile& read_file, Access& access) {
    access.server = text_at(cluster, "server");
    while (access.server.ends_with('/')) {
        access.server.pop_back();
    }
    if (!access.server.starts_with("https://") && !access.server.starts_with("http://")) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` is no address of an API server", access.server),
            "`server` in the kubeconfig looks like `https://10.20.1.10:6443`"
        );
    }
    const Json* skip = cluster.find("insecure-skip-tls-verify");
    if (skip != nullptr && *skip == Json(true)) {
        return unsupported("insecure-skip-tls-verify", "name the `certificate-authority` instead");
    }
    for (const char* field : {"proxy-url", "tls-server-name"}) {
        if (cluster.find(field) != nullptr) {
            return unsupported(
                field, "reach the API server directly, by a name in its certificate"
            );
        }
    }
    const Bytes authorities = TRY(bytes_of(cluster, "certificate-authority", read_file));
    access.authorities = as_text(authorities);
    return {};
}

Result<void> read_user(const Json& user, const ReadFile& read_file, Access& access) {
    for (const char* field : {"exec", "auth-provider", "username", "as"}) {
        if (user.find(field) != nullptr) {
            return unsupported(field, "use a client certificate or a token");
        }
    }
    const Bytes certificate = TRY(bytes_of(user, "client-certificate", read_file));
    access.certificate = as_text(certificate);
    access.key = Secret(TRY(bytes_of(user, "client-key", read_file)));
    access.token = text_at(user, "token");
    if (access.token.empty() && !text_at(user, "tokenFile").empty()) {
        const Bytes token = TRY(read_file(text_at(user, "tokenFile")));
        access.token = as_text(token);
        access.token.erase(access.token.find_last_not_of(" \r\n") + 1);
    }
    if (access.certificate.empty() != access.key.empty()) {
        return fail(
            ErrorCode::invalid,
            "the kubeconfig has only one of `client-certificate` and `client-key`"
        );
    }
    return {};
}

} // namespace

Result<Access> read_kubeconfig(const Json& config, const ReadFile& read_file) {
    const std::string current = text_at(config, "current-context");
    if (current.empty()) {
        return fail(
            ErrorCode::invalid,
            "the kubeconfig has no `current-context`",
            "`kubectl config use-context NAME` sets it"
        );
    }
    const Json& context = *TRY(entry(config, "contexts", "context", current));
    Access access;
    const std::string cluster = text_at(context, "cluster");
    TRY(read_cluster(*TRY(entry(config, "clusters", "cluster", cluster)), read_file, access));
    const std::string user = text_at(context, "user");
    TRY(read_user(*TRY(entry(config, "users", "user", user)), read_file, access));
    return access;
}

} // namespace ducksnest::kube
