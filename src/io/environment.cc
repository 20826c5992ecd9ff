#include "io/environment.h"

#include <cstdlib>
#include <filesystem>

namespace ducksnest::io {

std::optional<std::string> variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string absolute_path(const std::string& path) {
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(path, failed).lexically_normal();
    std::string text = failed ? path : absolute.string();
    if (text.size() > 1 && text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

} // namespace ducksnest::io
