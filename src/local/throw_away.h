#pragma once

#include "age/age.h"
#include "local/layout.h"
#include "local/mapping.h"
#include "pki/spec.h"
#include "ports/http.h"
#include "ports/parallel.h"
#include "ports/random.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Authorities, host keys and an operator's key that exist for one ground alone. The homelab's own
/// `secrets/` is never touched.
namespace ducksnest::local {

/// Below the ground's folder: how an operator reaches its API server.
inline constexpr std::string_view kubeconfig_path = "admin.kubeconfig";
/// Below the ground's folder: the secrets folder as a homelab would have it.
inline constexpr std::string_view secrets_path = "secrets";

struct ThrowAwayTrust {
    pki::TrustPlan plan{}; ///< The plan's, for mapped addresses and these keys.
    std::map<std::string, age::Identity> nodes{};
    std::vector<age::Identity> operators{};
};

/// New keys; their files are added to `files`, each node's where sshd would have it.
Result<ThrowAwayTrust>
make_trust(const plan::Plan& plan, const Mapping& mapping, Random& random, Tree& files);

/// The keys of a ground that is up.
Result<ThrowAwayTrust> read_trust(const plan::Plan& plan, const Mapping& mapping, Files& files);

/// Adds to the layout what was issued: sealed as it is, and opened on every node with that node's
/// host key as a real node would. The answer is an operator's side of a connection to the API
/// servers.
Result<HttpOptions>
lay_out(const Tree& issued, const ThrowAwayTrust& trust, Layout& layout, Parallel& parallel);

} // namespace ducksnest::local
