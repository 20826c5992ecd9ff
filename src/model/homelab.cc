#include "model/homelab.h"

#include <algorithm>

namespace ducksnest::model {
namespace {

template <class T>
const T* find_by_name(const std::vector<T>& sorted, std::string_view name) {
    const auto at = std::ranges::lower_bound(sorted, name, {}, &T::name);
    return at != sorted.end() && at->name == name ? &*at : nullptr;
}

} // namespace

const Site* Homelab::find_site(std::string_view site_name) const {
    return find_by_name(sites, site_name);
}

const Node* Homelab::find_node(std::string_view node_name) const {
    return find_by_name(nodes, node_name);
}

std::string_view to_string(Provider value) {
    switch (value) {
    case Provider::own:
        return "own";
    case Provider::aws:
        return "aws";
    }
    return "";
}

std::string_view to_string(Role value) {
    switch (value) {
    case Role::control_plane:
        return "control-plane";
    case Role::worker:
        return "worker";
    }
    return "";
}

std::string_view to_string(Boot value) {
    switch (value) {
    case Boot::uefi:
        return "uefi";
    case Boot::bios:
        return "bios";
    }
    return "";
}

std::string_view to_string(Encapsulation value) {
    switch (value) {
    case Encapsulation::vxlan_cross_subnet:
        return "VXLANCrossSubnet";
    case Encapsulation::vxlan:
        return "VXLAN";
    }
    return "";
}

std::string_view to_string(Witness value) {
    switch (value) {
    case Witness::tailnet:
        return "tailnet";
    case Witness::s3_heartbeat:
        return "s3-heartbeat";
    case Witness::router_probe:
        return "router-probe";
    }
    return "";
}

std::string_view to_string(Expose value) {
    switch (value) {
    case Expose::none:
        return "none";
    case Expose::cloudflare:
        return "cloudflare";
    case Expose::tailscale:
        return "tailscale";
    }
    return "";
}

} // namespace ducksnest::model
