#pragma once

#include <string_view>

/// What the homelab runs. One place: Nix, the local ground and the twin read it from the plan.
namespace ducksnest::plan {

/// Flags, API versions and feature gates are chosen for this minor version; tools/kubernetes.sh
/// brings the same one for the tests.
inline constexpr std::string_view kubernetes_version = "1.36.5";
inline constexpr std::string_view calico_version = "3.31.7";
/// Calico's custom resource definitions. They are 300 kB of another project's text, so they are not
/// kept here but pinned: Nix fetches them by digest, and everybody else checks it.
inline constexpr std::string_view calico_definitions_name = "calico-v3.31.7-crds.yaml";
inline constexpr std::string_view calico_definitions_url =
    "https://raw.githubusercontent.com/projectcalico/calico/v3.31.7/manifests/crds.yaml";
inline constexpr std::string_view calico_definitions_sha256 =
    "1d6d5e523f92ee1e8227a48c016229c668f94035431b82f19139affeb45dbeff";
/// Tag of registry.k8s.io/pause that this Kubernetes is released with.
inline constexpr std::string_view pause_version = "3.10.2";

inline constexpr int api_port = 6443;
/// Where the balancer on every node listens when there is more than one API server.
inline constexpr int balancer_port = 6444;
inline constexpr int etcd_client_port = 2379;
inline constexpr int etcd_peer_port = 2380;
inline constexpr int kubelet_port = 10250;
inline constexpr int vxlan_port = 4789;
inline constexpr int tailscale_port = 41641;
inline constexpr int cache_proxy_port = 8501;

} // namespace ducksnest::plan
