#include "app/local_ground.h"

#include "app/places.h"
#include "base/text.h"

#include <fmt/format.h>

#include <utility>

namespace ducksnest::app {

Result<std::string> local_folder(Context& context, const std::string& homelab) {
    return context.show_folder(TRY(state_folder(context, homelab)) + "/local");
}

LocalGround::LocalGround(Context& context, std::string folder)
    : folder_(std::move(folder))
    , files_(context.open_folder(folder_))
    , doors_{
          .files = *files_,
          .processes = context.processes(),
          .timer = context.timer(),
          .clock = context.clock(),
          .random = context.random(),
          .parallel = context.parallel(),
          .progress = context.progress(),
          .is_port_free = [&context](
                              const std::string& address, int port
                          ) { return context.is_port_free(address, port); },
          .open_http = [&context](HttpOptions options
                       ) { return context.open_http(std::move(options)); },
          .remove_folder = [&context](const std::string& which
                           ) { return context.remove_folder(which); },
      } {}

Result<std::map<std::string, std::string>> find_programs(Context& context, const plan::Plan& plan) {
    // The pinned version first: what PATH has may be older than the plan's arguments.
    std::vector<std::string> folders;
    if (const Result<std::string> cache = cache_folder(context)) {
        folders.push_back(fmt::format("{}/kubernetes/v{}/bin", *cache, plan.kubernetes_version));
    }
    const std::string path = context.environment().path.value_or("");
    for (const std::string_view folder : split(path, ':')) {
        folders.emplace_back(folder);
    }
    // Where distributions put servers, which is not on everybody's PATH.
    folders.emplace_back("/usr/sbin");
    std::map<std::string, std::string> found;
    std::vector<std::string> missing;
    for (const std::string& program : local::needed_programs(plan)) {
        if (std::optional<std::string> at = context.processes().find(program, folders)) {
            found.emplace(program, *std::move(at));
        } else {
            missing.push_back("`" + program + "`");
        }
    }
    if (!missing.empty()) {
        return fail(
            ErrorCode::not_found,
            fmt::format("{} cannot be found", join(missing, ", ")),
            fmt::format(
                "put etcd and Kubernetes {} on PATH; in a checkout of ducksnest, `./x fetch` gets "
                "them",
                plan.kubernetes_version
            )
        );
    }
    return found;
}

} // namespace ducksnest::app
