#include "plan/paths.h"

#include <fmt/format.h>

namespace ducksnest::plan {

std::string opened_name(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    return std::string(slash == std::string_view::npos ? name : name.substr(slash + 1));
}

std::string opened_path(std::string_view name, std::string_view suffix) {
    return fmt::format("{}/{}{}", secrets_folder, opened_name(name), suffix);
}

std::string bundle_path(pki::Authority authority) {
    std::string_view name;
    switch (authority) {
    case pki::Authority::cluster:
        name = "cluster";
        break;
    case pki::Authority::etcd:
        name = "etcd";
        break;
    case pki::Authority::front_proxy:
        name = "front-proxy";
        break;
    }
    return fmt::format("{}/bundles/{}.crt", secrets_folder, name);
}

std::string encryption_config_path() {
    return fmt::format("{}/encryption-key.json", secrets_folder);
}

std::string kubeconfig_path(std::string_view component) {
    return fmt::format("{}/{}.kubeconfig", config_folder, component);
}

std::string config_path(std::string_view component) {
    return fmt::format("{}/{}.json", config_folder, component);
}

} // namespace ducksnest::plan
