#pragma once

#include "pki/paths.h"

#include <string>
#include <string_view>

/// Where things stand on a node. The same path on every node, so that nodes share their files.
namespace ducksnest::plan {

/// A tmpfs that `ducksnest certs open` fills; real files, no links, so that file modes can be
/// audited.
inline constexpr std::string_view secrets_folder = "/run/ducksnest/secrets";
inline constexpr std::string_view config_folder = "/etc/kubernetes";
/// The homelab's folder on a node: the committed lock and the sealed `secrets/`, put there by the
/// system's configuration.
inline constexpr std::string_view homelab_folder = "/etc/ducksnest";
inline constexpr std::string_view definitions_path = "/etc/ducksnest/calico-definitions.yaml";
inline constexpr std::string_view lock_path = "/etc/ducksnest/homelab.lock.json";
/// CNI programs, a link into the Nix store: /opt is not writable on NixOS.
inline constexpr std::string_view cni_bin_folder = "/etc/ducksnest/cni/bin";
inline constexpr std::string_view cni_config_folder = "/etc/cni/net.d";
inline constexpr std::string_view containerd_socket = "/run/containerd/containerd.sock";

/// "/run/ducksnest/secrets/kubelet.crt", for the opened name "kubelet".
std::string certificate_file(std::string_view name);
/// "/run/ducksnest/secrets/kubelet.key".
std::string key_file(std::string_view name);
/// "/run/ducksnest/secrets/service-account.pub".
std::string public_key_file(std::string_view name);
/// "/run/ducksnest/secrets/bundles/cluster.crt": one certificate, or two while an authority is
/// rotated.
std::string bundle_file(pki::Authority authority);
/// The EncryptionConfiguration that `certs open` composes around the opened encryption key:
/// {"apiVersion": "apiserver.config.k8s.io/v1", "kind": "EncryptionConfiguration", "resources":
/// [{"providers": [{"secretbox": {"keys": [{"name": "key-1", "secret": <base64 of the 32
/// bytes>}]}},
/// {"identity": {}}], "resources": ["secrets"]}]}. It holds the key, so it exists only there.
std::string encryption_config_file();
/// "/etc/kubernetes/kubelet.kubeconfig".
std::string kubeconfig_file(std::string_view component);
/// "/etc/kubernetes/kubelet.json".
std::string config_file(std::string_view component);

} // namespace ducksnest::plan
