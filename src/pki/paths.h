#pragma once

#include "pki/spec.h"

#include <string>
#include <string_view>

/// Where everything lies, relative to the homelab's `secrets/` folder and to the folder that `certs
/// open` fills on a node. There a node's own files lose their "nodes/<node>/", so that the same
/// configuration serves every node.
namespace ducksnest::pki {

/// Where `certs open` puts a node's files unless told otherwise. On a tmpfs on every NixOS.
inline constexpr std::string_view opened_folder = "/run/ducksnest/secrets";

/// PEM, one certificate: "nodes/firebat/kubelet.crt".
std::string certificate_path(std::string_view name);
/// The private key sealed with age, as committed: "nodes/firebat/kubelet.key.age".
std::string sealed_key_path(std::string_view name);
/// The name under which a node finds what it may open: "nodes/firebat/kubelet" is "kubelet"; every
/// other name stays as it is.
std::string_view opened_name(std::string_view name);
/// The certificate as laid out on its node: "kubelet.crt".
std::string opened_certificate_path(std::string_view name);
/// The private key in PEM (PKCS #8), as opened on a node: "kubelet.key".
std::string opened_key_path(std::string_view name);
/// Public half of a SecretKind::signing_key in PEM: "cluster/service-accounts.pub".
std::string public_key_path(std::string_view name);
/// A SecretKind::encryption_key as opened on a node: a whole EncryptionConfiguration for
/// --encryption-provider-config, in JSON: "cluster/encryption.json".
std::string opened_encryption_path(std::string_view name);
/// The certificates that a peer of this authority is checked against, in PEM: one, or two while a
/// new authority is being introduced: "bundles/cluster.crt". Every trust setting names this file.
std::string bundle_path(Authority authority);
/// The authority's own "authorities/cluster", to which the suffixes above apply.
std::string authority_name(Authority authority);

/// What the whole tree is about, with every fingerprint: canonical JSON.
inline constexpr std::string_view index_path = "index.json";

} // namespace ducksnest::pki
