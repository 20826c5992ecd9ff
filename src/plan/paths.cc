#include "plan/paths.h"

#include <fmt/format.h>

namespace ducksnest::plan {
namespace {

std::string in_secrets(std::string_view path) {
    return fmt::format("{}/{}", secrets_folder, path);
}

} // namespace

std::string certificate_file(std::string_view name) {
    return in_secrets(pki::opened_certificate_path(name));
}

std::string key_file(std::string_view name) {
    return in_secrets(pki::opened_key_path(name));
}

std::string public_key_file(std::string_view name) {
    return in_secrets(pki::public_key_path(name));
}

std::string bundle_file(pki::Authority authority) {
    return in_secrets(pki::bundle_path(authority));
}

std::string encryption_config_file() {
    return in_secrets(pki::opened_encryption_path("encryption-key"));
}

std::string kubeconfig_file(std::string_view component) {
    return fmt::format("{}/{}.kubeconfig", config_folder, component);
}

std::string config_file(std::string_view component) {
    return fmt::format("{}/{}.json", config_folder, component);
}

} // namespace ducksnest::plan
