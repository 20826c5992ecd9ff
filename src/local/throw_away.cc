#include "local/throw_away.h"

#include "age/age.h"
#include "base/encoding.h"
#include "pki/certs.h"
#include "pki/open.h"
#include "pki/paths.h"

#include <fmt/format.h>

namespace ducksnest::local {
namespace {

constexpr std::string_view admin_certificate = "operators/admin";

struct Keys {
    pki::TrustPlan trust{};
    std::map<std::string, age::Identity> nodes{};
    std::vector<age::Identity> operators{};
};

Result<age::Identity> identity_of(const age::HostKeyPair& pair) {
    return age::Identity::parse_openssh(as_text(pair.private_file.view()));
}

Result<Keys> make_keys(const plan::Plan& plan, const Mapping& mapping, Random& random) {
    Keys keys{.trust = mapping.trust(plan.trust), .nodes = {}, .operators = {}};
    keys.trust.host_keys.clear();
    for (const plan::NodePlan& node : plan.nodes) {
        const age::HostKeyPair pair = age::make_host_key(random, node.name);
        keys.trust.host_keys.emplace(node.name, pair.public_line);
        keys.nodes.emplace(node.name, TRY(identity_of(pair)));
    }
    const age::HostKeyPair pair = age::make_host_key(random, "throw-away operator");
    keys.trust.operators = {pair.public_line};
    keys.operators.push_back(TRY(identity_of(pair)));
    return keys;
}

Result<std::string> text_of(const Tree& tree, const std::string& path) {
    const auto at = tree.find(path);
    if (at == tree.end()) {
        return fail(ErrorCode::internal, fmt::format("`{}` was not issued", path));
    }
    return std::string(as_text(at->second.bytes));
}

Result<HttpOptions> admin_of(const Tree& tree, const Keys& keys) {
    HttpOptions admin;
    admin.authorities = TRY(text_of(tree, pki::bundle_path(pki::Authority::cluster)));
    admin.certificate = TRY(text_of(tree, pki::certificate_path(admin_certificate)));
    const std::string sealed = TRY(text_of(tree, pki::sealed_key_path(admin_certificate)));
    admin.key = TRY(age::decrypt(as_bytes(sealed), keys.operators));
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

Result<HttpOptions> add_throw_away_trust(
    const plan::Plan& plan, const Mapping& mapping, Layout& layout, const GroundDoors& doors
) {
    const Keys keys = TRY(make_keys(plan, mapping, doors.random).with("making throw-away keys"));
    const Tree nothing;
    const pki::Outcome issued = TRY(pki::recreate(
        {.plan = keys.trust, .tree = nothing, .now = doors.clock.now(), .identities = keys.operators
        },
        {.random = doors.random, .parallel = doors.parallel}
    ));
    for (const auto& [path, file] : issued.tree) {
        layout.files.emplace("secrets/" + path, file);
    }
    for (const auto& [node, identity] : keys.nodes) {
        const std::vector<pki::OpenedFile> opened =
            TRY(pki::open_node(issued.tree, node, {identity}, doors.parallel)
                    .with(fmt::format("opening the secrets of `{}`", node)));
        add_secrets(layout, node, opened);
    }
    HttpOptions admin = TRY(admin_of(issued.tree, keys).with("opening the operators' key"));
    layout.files.emplace(
        std::string(kubeconfig_path),
        TreeFile{
            .bytes = to_bytes(kubeconfig(layout.api_server, admin).dump_pretty()),
            .is_private = true
        }
    );
    return admin;
}

} // namespace ducksnest::local
