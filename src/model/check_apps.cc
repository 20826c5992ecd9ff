#include "base/text.h"
#include "diag/secrets.h"
#include "model/check_parts.h"
#include "model/names.h"

#include <algorithm>

namespace ducksnest::model {
namespace {

/// A tag that names a moving target, or none at all, which means `latest`.
bool is_pinned(std::string_view image) {
    const std::string_view name = image.substr(image.rfind('/') + 1);
    return image.contains('@') || (name.contains(':') && !name.ends_with(":latest"));
}

void check_image(const App& app, Diagnostics& out) {
    if (!is_image(*app.image)) {
        out.push_back({
            .code = "E0214",
            .message = fmt::format("{} is not a container image", diag::quoted(*app.image)),
            .primary = {app.image.span, ""},
            .help = {"write it like `ghcr.io/example/blog:1.0.0`: lower case, no `https://`"},
        });
    } else if (!is_pinned(*app.image)) {
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0201",
            .message = fmt::format("image {} can change without notice", diag::quoted(*app.image)),
            .primary = {app.image.span, "no fixed version"},
            .help = {"add a tag like `:1.0.0`, or a digest"},
        });
    }
}

void check_host(const App& app, Unique& hosts, Diagnostics& out) {
    const bool exposed = *app.expose != Expose::none;
    if (!app.host) {
        if (exposed) {
            out.push_back({
                .code = "E0215",
                .message = fmt::format("app `{}` is exposed but has no host name", app.name),
                .primary = {app.expose.span, "`host` is missing"},
                .help = {fmt::format("add one, like `host = \"{}.example.com\"`", app.name)},
            });
        }
        return;
    }
    if (!is_dns_name(**app.host) || !(*app.host)->contains('.')) {
        out.push_back({
            .code = "E0206",
            .message = fmt::format("{} is not a host name", diag::quoted(**app.host)),
            .primary = {app.host->span, ""},
            .help = {"write it like `blog.example.com`: lower case, no `https://`, no path"},
        });
        return;
    }
    hosts.add(**app.host, app.host->span, fmt::format("host `{}`", **app.host));
    if (!exposed) {
        out.push_back({
            .severity = diag::Severity::warning,
            .code = "W0202",
            .message = fmt::format("app `{}` has a host name but is not exposed", app.name),
            .primary = {app.host->span, "leads nowhere"},
            .help = {"add `expose = \"cloudflare\"` or `expose = \"tailscale\"`, or delete the host"
            },
        });
    }
}

void check_needs(const App& app, Diagnostics& out) {
    const auto positive = [&](const Spanned<std::int64_t>& value,
                              std::string_view key,
                              std::string_view example) {
        if (*value <= 0) {
            out.push_back({
                .code = "E0216",
                .message = fmt::format("app `{}` asks for no {}", app.name, key),
                .primary = {value.span, "nothing"},
                .help = {fmt::format(
                    "a pod without a request lands anywhere and is killed first; write {}", example
                )},
            });
        }
    };
    positive(app.cpu_millis, "cpu", "`cpu = \"100m\"`");
    positive(app.memory, "memory", "`memory = \"64MiB\"`");
}

void check_gitops(const GitOps& gitops, Diagnostics& out) {
    if (!is_git_url(*gitops.repository)) {
        out.push_back({
            .code = "E0209",
            .message = fmt::format(
                "{} is not the address of a Git repository", diag::quoted(*gitops.repository)
            ),
            .primary = {gitops.repository.span, ""},
            .help = {"write it like `https://github.com/example/homelab`"},
        });
    }
    const std::vector<std::string_view> parts = split(*gitops.path, '/');
    if (gitops.path->starts_with('/') || std::ranges::find(parts, "..") != parts.end()) {
        out.push_back({
            .code = "E0210",
            .message = fmt::format("{} leads out of the repository", diag::quoted(*gitops.path)),
            .primary = {gitops.path.span, ""},
            .help = {"write the folder as seen from the root of the repository, like `k8s`"},
        });
    }
}

} // namespace

void check_apps(const Homelab& homelab, Diagnostics& out) {
    Unique hosts(out, "E0207", "a host name leads to one app");
    for (const App& app : homelab.apps) {
        check_image(app, out);
        check_host(app, hosts, out);
        check_needs(app, out);
    }
    if (homelab.gitops) {
        check_gitops(*homelab.gitops, out);
    }
}

} // namespace ducksnest::model
