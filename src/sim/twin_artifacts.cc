#include "base/text.h"
#include "sim/twin_ground.h"

#include <fmt/format.h>

namespace ducksnest::sim {
namespace {

constexpr std::string_view readme = R"(# The twin's throw-away secrets

`ducksnest up --twin` made everything here for one run of the simulation, and the next
run replaces it. No machine of yours has any of these keys, and nothing here comes from the
homelab's own `secrets/`. Look as long as you like:

    age -d -i hosts/NODE/ssh_host_ed25519_key secrets/nodes/NODE/kubelet.key.age
    openssl x509 -noout -text -in secrets/nodes/NODE/kubelet.crt
    openssl verify -CAfile secrets/bundles/cluster.crt secrets/nodes/NODE/kubelet.crt

- `secrets/`: certificates, bundles and sealed keys, laid out as in a homelab
- `hosts/`: the SSH host keys of the simulated machines; each opens its own machine's files only
- `operator/`: the key of the simulated operator; it opens everything
)";

void add_pair(Tree& tree, const std::string& path, const age::HostKeyPair& pair) {
    const ByteView key = pair.private_file.view();
    tree[path] = {.bytes = Bytes(key.begin(), key.end()), .is_private = true};
    tree[path + ".pub"] = {.bytes = to_bytes(pair.public_line + "\n")};
}

/// The lines of a key file that are its own. The first of the body starts every key alike.
void add_needles(Needles& needles, const Secret& key) {
    constexpr std::size_t needle_size = 16;
    const std::vector<std::string_view> lines = split(as_text(key.view()), '\n');
    for (std::size_t i = 2; i < lines.size(); ++i) {
        if (lines[i].size() >= needle_size && !lines[i].starts_with("-----")) {
            needles.add(lines[i].substr(0, needle_size));
        }
    }
}

} // namespace

Tree TwinGround::artifacts() const {
    Tree tree;
    tree["README.md"] = {.bytes = to_bytes(readme)};
    for (const auto& [path, file] : tree_) {
        tree["secrets/" + path] = file;
    }
    for (const Host& host : hosts_) {
        add_pair(tree, fmt::format("hosts/{}/ssh_host_ed25519_key", host.name), host.pair);
    }
    add_pair(tree, "operator/id_ed25519", operator_.pair);
    return tree;
}

Needles TwinGround::needles(const std::vector<Keys>& opened) const {
    Needles needles;
    for (const Keys& keys : opened) {
        for (const auto& [name, key] : keys) {
            add_needles(needles, key);
        }
    }
    for (const Host& host : hosts_) {
        add_needles(needles, host.pair.private_file);
    }
    return needles;
}

} // namespace ducksnest::sim
