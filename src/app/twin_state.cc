#include "app/twin_state.h"

namespace ducksnest::app {

Result<std::string> state_folder(Context& context, const std::string& homelab) {
    const std::optional<std::string>& state = context.environment().state_home;
    if (state && state->starts_with('/')) {
        return *state + "/ducksnest/" + homelab;
    }
    const std::string home = context.machine().facts().home;
    if (home.empty()) {
        return fail(
            ErrorCode::not_found,
            "there is no home folder to keep state in",
            "set HOME or XDG_STATE_HOME"
        );
    }
    return home + "/.local/state/ducksnest/" + homelab;
}

Result<std::string>
keep_artifacts(Context& context, const std::string& homelab, const Tree& artifacts) {
    const std::string folder = TRY(state_folder(context, homelab));
    TRY(context.open_folder(folder)->replace_tree("twin", artifacts));
    return context.show_folder(folder + "/twin");
}

} // namespace ducksnest::app
