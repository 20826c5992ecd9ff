#include "local/throw_away.h"

#include "base/encoding.h"
#include "base/text.h"
#include "pki/open.h"
#include "pki/paths.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace ducksnest::local {
namespace {

constexpr std::string_view admin_certificate = "operators/admin";

/// Below the ground's folder; the public half beside it, as ssh-keygen leaves them.
constexpr std::string_view operator_key_path = "operator_ed25519";

std::string host_key_path(std::string_view node) {
    return fmt::format("nodes/{}/etc/ssh/ssh_host_ed25519_key", node);
}

void add_pair(Tree& files, const std::string& path, const age::HostKeyPair& pair) {
    const ByteView bytes = pair.private_file.view();
    files.emplace(path, TreeFile{.bytes = {bytes.begin(), bytes.end()}, .is_private = true});
    files.emplace(
        path + ".pub", TreeFile{.bytes = to_bytes(pair.public_line + "\n"), .is_private = false}
    );
}

/// From the files that `add_pair` left.
struct Pair {
    age::Identity identity;
    std::string public_line{};
};

Result<Pair> read_pair(const auto& read, const std::string& path) {
    const Secret file = TRY(read(path));
    const Secret line = TRY(read(path + ".pub"));
    return Pair{
        .identity = TRY(age::Identity::parse_openssh(as_text(file.view()))),
        .public_line = std::string(split(as_text(line.view()), '\n').front())
    };
}

Result<ThrowAwayTrust> assemble(const plan::Plan& plan, const Mapping& mapping, const auto& read) {
    ThrowAwayTrust trust{.plan = mapping.trust(plan.trust), .nodes = {}, .operators = {}};
    trust.plan.host_keys.clear();
    for (const plan::NodePlan& node : plan.nodes) {
        Pair pair = TRY(read_pair(read, host_key_path(node.name)));
        trust.plan.host_keys.emplace(node.name, std::move(pair.public_line));
        trust.nodes.emplace(node.name, std::move(pair.identity));
    }
    Pair pair = TRY(read_pair(read, std::string(operator_key_path)));
    trust.plan.operators = {std::move(pair.public_line)};
    trust.operators.push_back(std::move(pair.identity));
    return trust;
}

Result<std::string> text_of(const Tree& tree, const std::string& path) {
    const auto at = tree.find(path);
    if (at == tree.end()) {
        return fail(ErrorCode::internal, fmt::format("`{}` was not issued", path));
    }
    return std::string(as_text(at->second.bytes));
}

Result<HttpOptions> admin_of(const Tree& tree, const ThrowAwayTrust& trust) {
    HttpOptions admin;
    admin.authorities = TRY(text_of(tree, pki::bundle_path(pki::Authority::cluster)));
    admin.certificate = TRY(text_of(tree, pki::certificate_path(admin_certificate)));
    const std::string sealed = TRY(text_of(tree, pki::sealed_key_path(admin_certificate)));
    admin.key = TRY(age::decrypt(as_bytes(sealed), trust.operators));
    return admin;
}

/// Everything inline, so that the file works wherever it is copied to.
Json kubeconfig(const std::string& server, const HttpOptions& admin) {
    const Json cluster = Json::object(
        {{"certificate-authority-data", encode_base64(as_bytes(admin.authorities))},
         {"server", server}}
    );
    const Json user = Json::object(
        {{"client-certificate-data", encode_base64(as_bytes(admin.certificate))},
         {"client-key-data", encode_base64(admin.key.view())}}
    );
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Config"},
         {"clusters", Json::array({Json::object({{"name", "homelab"}, {"cluster", cluster}})})},
         {"users", Json::array({Json::object({{"name", "admin"}, {"user", user}})})},
         {"contexts",
          Json::array({Json::object(
              {{"name", "homelab"},
               {"context", Json::object({{"cluster", "homelab"}, {"user", "admin"}})}}
          )})},
         {"current-context", "homelab"}}
    );
}

} // namespace

Result<ThrowAwayTrust>
make_trust(const plan::Plan& plan, const Mapping& mapping, Random& random, Tree& files) {
    for (const plan::NodePlan& node : plan.nodes) {
        add_pair(files, host_key_path(node.name), age::make_host_key(random, node.name));
    }
    add_pair(
        files, std::string(operator_key_path), age::make_host_key(random, "throw-away operator")
    );
    const auto read = [&](const std::string& path) -> Result<Secret> {
        return Secret(ByteView(files.at(path).bytes));
    };
    return assemble(plan, mapping, read).with("making throw-away keys");
}

Result<ThrowAwayTrust> read_trust(const plan::Plan& plan, const Mapping& mapping, Files& files) {
    const auto read = [&](const std::string& path) -> Result<Secret> {
        const std::optional<Bytes> bytes = TRY(files.read(path));
        if (!bytes) {
            return fail(ErrorCode::not_found, fmt::format("`{}` is missing", path));
        }
        return Secret(ByteView(*bytes));
    };
    return assemble(plan, mapping, read).with("reading the ground's throw-away keys");
}

Result<HttpOptions>
lay_out(const Tree& issued, const ThrowAwayTrust& trust, Layout& layout, Parallel& parallel) {
    for (const auto& [path, file] : issued) {
        layout.files.insert_or_assign(fmt::format("{}/{}", secrets_path, path), file);
    }
    for (const auto& [node, identity] : trust.nodes) {
        const std::vector<pki::OpenedFile> opened =
            TRY(pki::open_node(issued, node, {identity}, parallel)
                    .with(fmt::format("opening the secrets of `{}`", node)));
        add_secrets(layout, node, opened);
    }
    HttpOptions admin = TRY(admin_of(issued, trust).with("opening the operators' key"));
    layout.files.insert_or_assign(
        std::string(kubeconfig_path),
        TreeFile{
            .bytes = to_bytes(kubeconfig(layout.api_server, admin).dump_pretty()),
            .is_private = true
        }
    );
    return admin;
}

} // namespace ducksnest::local
