#pragma once

#include <string_view>

/// What the homelab runs. One place: Nix, the local ground and the twin read it from the plan.
namespace ducksnest::plan {

/// Flags, API versions and feature gates are chosen for this minor version; tools/kubernetes.sh
/// brings the same one for the tests.
inline constexpr std::string_view kubernetes_version = "1.36.5";
/// Matches the pinned custom resource definitions.
inline constexpr std::string_view calico_version = "3.31.7";
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
