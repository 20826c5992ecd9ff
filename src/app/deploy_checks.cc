#include "app/deploy_checks.h"

#include "base/text.h"
#include "render/tree.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration git_patience = 1min;

std::unexpected<Error> no_node(const plan::Plan& plan, const std::string& name) {
    std::vector<std::string> names;
    for (const plan::NodePlan& node : plan.nodes) {
        names.push_back(node.name);
    }
    const auto like = closest(name, names);
    return fail(
        ErrorCode::invalid,
        fmt::format("homelab.toml has no node `{}`", name),
        like ? fmt::format("did you mean `{}`?", *like)
             : fmt::format("it has: {}", join(names, ", "))
    );
}

} // namespace

Result<void> check_rendered(Context& context, const plan::Plan& plan) {
    const Tree wanted = render::render_tree(plan);
    Tree found;
    for (const auto& [path, file] : wanted) {
        if (auto bytes = TRY(context.files().read(path))) {
            found.emplace(path, TreeFile{.bytes = std::move(*bytes)});
        }
    }
    const std::vector<render::StaleFile> stale = render::stale_files(wanted, found);
    if (stale.empty()) {
        return {};
    }
    return fail(
        ErrorCode::conflict,
        stale.front().is_missing ? fmt::format("`{}` is missing", stale.front().path)
                                 : fmt::format(
                                       "`{}` is not what homelab.toml says, from line {}",
                                       stale.front().path,
                                       stale.front().line
                                   ),
        "write it anew with `ducksnest render`, and commit it"
    );
}

Result<void> check_committed(Context& context) {
    const std::string folder = context.shown_folder();
    const CommandResult said = TRY(context.commands()
                                       .run(
                                           {.words =
                                                {"git",
                                                 "-C",
                                                 folder,
                                                 "status",
                                                 "--porcelain",
                                                 "--untracked-files=normal",
                                                 "--",
                                                 "."},
                                            .timeout = git_patience}
                                       )
                                       .or_help("pass `--dirty` to deploy without looking"));
    if (!said.is_success()) {
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "cannot tell whether `{}` is committed: {}",
                folder,
                said.err.substr(0, said.err.find('\n'))
            ),
            "keep the homelab in git, or pass `--dirty` to deploy what is not committed"
        );
    }
    if (said.out.empty()) {
        return {};
    }
    const std::vector<std::string_view> lines = split(said.out, '\n');
    constexpr std::size_t status_letters = 3;
    return fail(
        ErrorCode::conflict,
        fmt::format(
            "{} in `{}` not committed, the first is `{}`",
            lines.size() == 2 ? "1 file is" : fmt::format("{} files are", lines.size() - 1),
            folder,
            lines[0].substr(std::min(status_letters, lines[0].size()))
        ),
        "commit, so that what runs can be found again; `--dirty` deploys it as it is"
    );
}

Result<std::vector<std::string>> target_nodes(Context& context, const plan::Plan& plan) {
    std::vector<std::string> names = context.arguments().all("node");
    for (const std::string& name : names) {
        if (plan.find_node(name) == nullptr) {
            return no_node(plan, name);
        }
    }
    if (names.empty()) {
        for (const plan::NodePlan& node : plan.nodes) {
            names.push_back(node.name);
        }
    }
    return names;
}

Result<std::map<std::string, std::string>>
values_by_node(Context& context, std::string_view flag, const plan::Plan& plan) {
    std::map<std::string, std::string> values;
    for (const std::string& text : context.arguments().all(flag)) {
        const std::size_t sign = text.find('=');
        if (sign == std::string::npos || sign + 1 == text.size()) {
            return fail(
                ErrorCode::invalid,
                fmt::format("`--{} {}` names no node and value", flag, text),
                fmt::format("write `--{} NODE=VALUE`", flag)
            );
        }
        const std::string node = text.substr(0, sign);
        if (plan.find_node(node) == nullptr) {
            return no_node(plan, node);
        }
        if (!values.emplace(node, text.substr(sign + 1)).second) {
            return fail(ErrorCode::invalid, fmt::format("`--{}` names `{}` twice", flag, node));
        }
    }
    return values;
}

} // namespace ducksnest::app
