#include "app/places.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

Result<std::string> base_folder(
    Context& context,
    const std::optional<std::string>& set,
    std::string_view below_home,
    std::string_view variable
) {
    // The specification: a relative path is to be ignored.
    if (set && set->starts_with('/')) {
        return *set + "/ducksnest";
    }
    const std::string home = context.machine().facts().home;
    if (home.empty()) {
        return fail(
            ErrorCode::not_found,
            "there is no home folder to keep things in",
            fmt::format("set HOME or {}", variable)
        );
    }
    return fmt::format("{}/{}/ducksnest", home, below_home);
}

} // namespace

Result<std::string> state_folder(Context& context, const std::string& homelab) {
    return TRY(base_folder(
               context, context.environment().state_home, ".local/state", "XDG_STATE_HOME"
           )) +
           "/" + homelab;
}

Result<std::string> cache_folder(Context& context) {
    return base_folder(context, context.environment().cache_home, ".cache", "XDG_CACHE_HOME");
}

std::string expand_home(Context& context, const std::string& path) {
    return path.starts_with("~/") ? context.machine().facts().home + path.substr(1) : path;
}

} // namespace ducksnest::app
