#include "pki/paths.h"

namespace ducksnest::pki {

namespace {

std::string with_suffix(std::string_view name, std::string_view suffix) {
    return std::string(name).append(suffix);
}

} // namespace

std::string certificate_path(std::string_view name) {
    return with_suffix(name, ".crt");
}

std::string sealed_key_path(std::string_view name) {
    return with_suffix(name, ".key.age");
}

std::string_view opened_name(std::string_view name) {
    if (!name.starts_with("nodes/")) {
        return name;
    }
    const std::size_t slash = name.rfind('/');
    return name.substr(slash + 1);
}

std::string opened_certificate_path(std::string_view name) {
    return with_suffix(opened_name(name), ".crt");
}

std::string opened_key_path(std::string_view name) {
    return with_suffix(opened_name(name), ".key");
}

std::string public_key_path(std::string_view name) {
    return with_suffix(name, ".pub");
}

std::string opened_encryption_path(std::string_view name) {
    return with_suffix(name, ".json");
}

std::string bundle_path(Authority authority) {
    return "bundles/" + std::string(to_string(authority)) + ".crt";
}

std::string authority_name(Authority authority) {
    return "authorities/" + std::string(to_string(authority));
}

} // namespace ducksnest::pki
