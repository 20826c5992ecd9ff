#include "app/plan_base.h"

#include "app/examine.h"
#include "base/bytes.h"
#include "plan/plan.h"
#include "render/lock.h"

#include <fmt/format.h>

#include <set>

namespace ducksnest::app {
namespace {

/// The lock of a folder, or nothing when there is none that can be compared.
Result<std::optional<Json>> read_lock(Context& context, Files& files, const std::string& name) {
    const auto bytes = TRY(files.read(std::string(render::lock_file)));
    if (!bytes) {
        return std::nullopt;
    }
    Result<Json> lock = Json::parse(as_text(*bytes));
    const Json* schema = lock ? lock->find("schema") : nullptr;
    if (schema == nullptr || *schema != Json(render::lock_schema)) {
        context.warn(
            fmt::format("`{}` is no lock of this version, so nothing is compared with it", name),
            "`ducksnest render` writes it anew"
        );
        return std::nullopt;
    }
    return std::optional<Json>(*std::move(lock));
}

/// What Nix builds a node from besides the lock.
Result<Tree> nix_files(Files& files) {
    Tree found;
    for (const std::string path : {"flake.lock", "flake.nix"}) {
        if (auto bytes = TRY(files.read(path))) {
            found.emplace(path, TreeFile{.bytes = std::move(*bytes)});
        }
    }
    for (auto& [path, file] : TRY(files.read_tree("hosts"))) {
        found.emplace("hosts/" + path, std::move(file));
    }
    return found;
}

std::vector<std::string> different(const Tree& before, const Tree& after) {
    std::set<std::string> paths;
    const auto compare = [&](const Tree& one, const Tree& other) {
        for (const auto& [path, file] : one) {
            const auto at = other.find(path);
            if (at == other.end() || at->second.bytes != file.bytes) {
                paths.insert(path);
            }
        }
    };
    compare(before, after);
    compare(after, before);
    return {paths.begin(), paths.end()};
}

} // namespace

Result<PlanBase> committed_base(Context& context) {
    PlanBase base{.name = std::string(render::lock_file)};
    base.lock = TRY(read_lock(context, context.files(), base.name));
    return base;
}

Result<PlanBase> folder_base(Context& context, const std::string& folder) {
    const std::string shown = context.show_folder(folder);
    const auto files = context.open_folder(folder);
    PlanBase base{.name = fmt::format("{}/{}", shown, render::lock_file)};
    base.lock = TRY(read_lock(context, *files, base.name));
    const auto text = TRY(files->read(context.options().file));
    if (!base.lock && !text) {
        return fail(
            ErrorCode::not_found,
            fmt::format("there is no homelab in `{}`", shown),
            fmt::format(
                "`--base` names a folder with the `{}` and the `{}` to compare with",
                context.options().file,
                render::lock_file
            )
        );
    }
    if (text) {
        const Examined examined = examine(context.options().file, std::string(as_text(*text)));
        if (examined.homelab) {
            base.cost = plan::make_plan(*examined.homelab).cost;
        } else {
            context.warn(fmt::format(
                "`{}` in `{}` has errors, so what it cost is not known",
                context.options().file,
                shown
            ));
        }
    }
    base.files = different(TRY(nix_files(*files)), TRY(nix_files(context.files())));
    return base;
}

} // namespace ducksnest::app
