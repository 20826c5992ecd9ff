#include "app/certs.h"
#include "app/identities.h"
#include "app/verbs.h"
#include "base/text.h"
#include "pki/open.h"
#include "pki/paths.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

constexpr std::string_view usual_host_key = "/etc/ssh/ssh_host_ed25519_key";

/// The node that --node names, or the one whose host key this is.
Result<std::string>
find_node(Context& context, const Tree& tree, const std::vector<age::Identity>& identities) {
    if (const auto named = context.arguments().text("node")) {
        return *named;
    }
    for (const age::Identity& identity : identities) {
        if (std::string node = TRY(pki::node_of(tree, identity)); !node.empty()) {
            return node;
        }
    }
    return fail(
        ErrorCode::not_found,
        "nothing here is encrypted to this machine's host key alone",
        "name the node with `--node NAME`, or put the host key's public half into homelab.toml and "
        "run `ducksnest certs renew`"
    );
}

Result<void> refuse_disk(Context& context, const std::string& folder) {
    if (context.arguments().has("allow-disk") || TRY(context.node_secrets().is_in_memory(folder))) {
        return {};
    }
    return fail(
        ErrorCode::denied,
        fmt::format("`{}` is on a disk, where opened keys would stay readable", folder),
        "name a folder on a tmpfs with `--to DIR`, such as below /run; --allow-disk writes anyway"
    );
}

Result<Exit> open_secrets(Context& context) {
    const std::string folder = context.show_folder(context.arguments().text("to").value_or(""));
    TRY(refuse_disk(context, folder));
    const Tree tree = TRY(context.files().read_tree(secrets_folder));
    const std::string key = context.arguments().text("host-key").value_or("");
    const auto identities = TRY(read_identity_file(context, key));
    const std::string node = TRY(find_node(context, tree, identities));
    const std::vector<pki::OpenedFile> opened =
        TRY(pki::open_node(tree, node, identities, context.parallel()));
    std::vector<NodeSecret> files;
    for (const pki::OpenedFile& file : opened) {
        files.push_back({
            .path = file.path,
            .content = file.content.view(),
            .user = file.user,
            .is_private = file.is_private,
        });
    }
    if (context.options().dry_run) {
        context.out(fmt::format("would open {} to {}\n", count_of(files.size(), "file"), folder));
        return Exit::done;
    }
    for (const std::string& user : TRY(context.node_secrets().replace(folder, files))) {
        context.warn(fmt::format("files of user `{}` belong to whoever ran this", user));
    }
    if (context.options().json) {
        context.out_json(Json::object({
            {"schema", "ducksnest.certs-open/1"},
            {"files", static_cast<std::int64_t>(files.size())},
            {"folder", folder},
            {"node", node},
        }));
    } else {
        context.out(
            fmt::format("opened {} of {} in {}\n", count_of(files.size(), "file"), node, folder)
        );
    }
    return Exit::done;
}

Result<Exit> run_open(Context& context) {
    const Result<Exit> exit = open_secrets(context);
    if (!exit && exit.error().code == ErrorCode::denied) {
        return context.report(exit.error(), Exit::refused);
    }
    return exit;
}

} // namespace

Command certs_open_command() {
    return {
        .path = "certs open",
        .summary = "on a node: open its secrets into memory",
        .description =
            "Decrypts what belongs to one node with that machine's SSH host key and lays it out as "
            "one set: keys with mode 0400 owned by the user of their unit, certificates and "
            "bundles beside them. The folder must be on a tmpfs or ramfs. Needs secrets/ below -C "
            "and no homelab.toml. Units that read the files are started after it.",
        .flags =
            {{.name = "node",
              .value = Value::node,
              .metavar = "NAME",
              .summary = "whose secrets; else the node with this host key"},
             {.name = "host-key",
              .value = Value::file,
              .metavar = "FILE",
              .summary = "the machine's SSH private key",
              .fallback = std::string(usual_host_key)},
             {.name = "to",
              .value = Value::folder,
              .metavar = "DIR",
              .summary = "where to",
              .fallback = std::string(pki::opened_folder)},
             {.name = "allow-disk", .summary = "write to a disk if there is no memory file system"}
            },
        .examples =
            {{.command = "ducksnest certs open -C /etc/ducksnest", .says = "as systemd runs it"}},
        .run = run_open,
    };
}

} // namespace ducksnest::app
