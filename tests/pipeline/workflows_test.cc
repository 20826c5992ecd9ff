#include "base/text.h"
#include "io/posix_files.h"
#include "io/testing/temporary_folder.h"
#include "pipeline/yaml.h"
#include "plan/plan.h"
#include "plan/testing/homelabs.h"
#include "render/workflows.h"
#include "support/homelab.h"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>

namespace ducksnest {
namespace {

using manifests::YamlMember;
using manifests::YamlNode;
using testing::each_value;
using testing::find;
using testing::text;

/// The rendered files of homelabs of all shapes: with everything, without a key of the binary
/// cache, without that cache, without backups, and without a cloud.
std::vector<Tree> trees() {
    model::Homelab homelab = testing::homelab_of(testing::example_text());
    std::vector<Tree> made;
    const auto add = [&] { made.push_back(render::render_workflows(plan::make_plan(homelab))); };
    add();
    homelab.cache->public_key.reset();
    add();
    homelab.cache.reset();
    add();
    homelab.database->bucket.reset();
    add();
    homelab = testing::homelab_of(testing::example_text());
    std::erase_if(homelab.sites, [](const model::Site& site) { return site.name == "aws"; });
    plan::testing::erase_node(homelab, "control-plane");
    plan::testing::node(homelab, "firebat").role.value = model::Role::control_plane;
    homelab.dr.reset();
    add();
    return made;
}

/// "# v6.0.2" behind a pin, so that people and robots know what it is.
bool has_version(std::string_view file, const std::string& pin) {
    const std::size_t at = file.find(pin);
    return at != std::string_view::npos && file.substr(at + pin.size()).starts_with(" # v");
}

bool is_pinned(const std::string& action) {
    const std::size_t at = action.find('@');
    const std::string commit = at == std::string::npos ? "" : action.substr(at + 1);
    return commit.size() == 40 && std::ranges::all_of(commit, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

void for_each_workflow(const std::function<void(std::string_view text, const YamlNode&)>& see) {
    for (const Tree& tree : trees()) {
        for (const auto& [path, file] : tree) {
            CAPTURE(path);
            see(as_text(file.bytes), testing::parse_workflow(path, as_text(file.bytes)));
        }
    }
}

std::vector<std::string> paths(const Tree& tree) {
    std::vector<std::string> names;
    for (const auto& [path, file] : tree) {
        names.push_back(path);
    }
    return names;
}

using Names = std::vector<std::string>;

TEST_CASE("workflows: which there are follows from what the homelab has") {
    const std::vector<Tree> made = trees();
    CHECK(
        paths(made[0]) ==
        Names{
            ".github/actions/ducksnest/action.yml",
            ".github/workflows/backups.yml",
            ".github/workflows/build.yml",
            ".github/workflows/certificates.yml",
            ".github/workflows/deploy.yml",
            ".github/workflows/validate.yml",
        }
    );
    CHECK(paths(made[1]) == paths(made[0]));
    const std::string workflows = ".github/workflows/";
    CHECK_FALSE(made[2].contains(workflows + "deploy.yml")); // No cache to deploy from.
    CHECK(made[2].contains(workflows + "backups.yml"));
    CHECK_FALSE(made[3].contains(workflows + "backups.yml"));
    CHECK(
        paths(made[4]) ==
        Names{
            ".github/actions/ducksnest/action.yml",
            ".github/workflows/build.yml",
            ".github/workflows/certificates.yml",
            ".github/workflows/validate.yml",
        }
    );
    for (const auto& [path, file] : made[4]) {
        CHECK_FALSE(as_text(file.bytes).contains("aws-actions/"));
    }
}

TEST_CASE("workflows: every one is YAML, and nothing of the template is left in it") {
    for_each_workflow([](std::string_view file, const YamlNode& workflow) {
        CHECK(find(workflow, "name") != nullptr);
        CHECK_FALSE(file.contains("# @if"));
        CHECK_FALSE(file.contains("# @end"));
        CHECK_FALSE(file.contains(":text@"));
    });
}

TEST_CASE("workflows: every action is pinned by its commit and says its version") {
    std::size_t pins = 0;
    for_each_workflow([&](std::string_view file, const YamlNode& workflow) {
        each_value(workflow, "", [&](const std::string& key, const std::string& value) {
            if (key == "uses" && !value.starts_with("./")) {
                CAPTURE(value);
                CHECK(is_pinned(value));
                CHECK(has_version(file, value));
                ++pins;
            }
        });
    });
    CHECK(pins > 20);
}

TEST_CASE("workflows: no rights at the top, and each job says which it needs") {
    for_each_workflow([](std::string_view, const YamlNode& workflow) {
        const YamlNode* jobs = find(workflow, "jobs");
        if (jobs == nullptr) {
            return; // The shared action.
        }
        const YamlNode* top = find(workflow, "permissions");
        REQUIRE(top != nullptr);
        CHECK(top->as_mapping()->empty());
        for (const YamlMember& job : *jobs->as_mapping()) {
            CAPTURE(job.key.text);
            const YamlNode* permissions = find(job.value, "permissions");
            REQUIRE(permissions != nullptr);
            std::set<std::string> writes;
            for (const YamlMember& right : *permissions->as_mapping()) {
                const std::string level = text(&right.value);
                CHECK((level == "read" || level == "write"));
                if (level == "write") {
                    writes.insert(right.key.text);
                }
            }
            // Whoever has an identity in the cloud cannot write to the repository, but for the
            // issue that a check opens.
            CHECK_FALSE(writes.contains("contents"));
            CHECK_FALSE((writes.contains("id-token") && writes.contains("pull-requests")));
            const bool is_called = find(job.value, "uses") != nullptr;
            CHECK((is_called || find(job.value, "timeout-minutes") != nullptr));
        }
    });
}

TEST_CASE("workflows: no secrets, no credentials left behind, nothing foreign in a script") {
    for_each_workflow([](std::string_view file, const YamlNode& workflow) {
        CHECK_FALSE(file.contains("{{ secrets."));
        CHECK_FALSE(file.contains("secrets: inherit"));
        CHECK_FALSE(file.contains("pull_request_target"));
        std::size_t checkouts = 0;
        std::size_t without_credentials = 0;
        each_value(workflow, "", [&](const std::string& key, const std::string& value) {
            if (key == "run") {
                CHECK_FALSE(value.contains("${{"));
                CHECK_FALSE(value.contains("set -x"));
            }
            checkouts += key == "uses" && value.starts_with("actions/checkout@") ? 1U : 0U;
            without_credentials += key == "persist-credentials" && value == "false" ? 1U : 0U;
        });
        CHECK(checkouts == without_credentials);
    });
}

TEST_CASE("workflows: only main may deploy, one run at a time, as the role of that name") {
    const Tree tree = trees().front();
    const std::string_view deploy = as_text(tree.at(".github/workflows/deploy.yml").bytes);
    const YamlNode workflow = testing::parse_workflow("deploy.yml", deploy);
    CHECK(text(find(*find(workflow, "concurrency"), "group")) == "deploy");
    CHECK(text(find(*find(workflow, "concurrency"), "cancel-in-progress")) == "false");
    const YamlNode& job = *find(*find(workflow, "jobs"), "deploy");
    CHECK(text(find(job, "if")) == "github.ref == 'refs/heads/main'");
    CHECK(deploy.contains("role/ducksnest-github-deploy"));
    CHECK(deploy.contains("tags: tag:ci"));
    const std::string_view validate = as_text(tree.at(".github/workflows/validate.yml").bytes);
    CHECK(validate.contains("role/ducksnest-github-plan"));
    CHECK_FALSE(validate.contains("github-deploy"));
}

/// Runs a command; its output and its exit code.
std::pair<std::string, int> run(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        output.append(buffer.data(), size);
    }
    const int status = pclose(pipe);
    return {output, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

TEST_CASE("workflows: actionlint has nothing to say, and shellcheck through it") {
    REQUIRE_MESSAGE(run("command -v shellcheck").second == 0, "shellcheck is not installed");
    auto [program, exit] = run("'" DUCKSNEST_SOURCE_DIR "/tools/actionlint.sh'");
    REQUIRE_MESSAGE(exit == 0, "there is no actionlint: see tools/actionlint.sh");
    program.pop_back();
    for (const Tree& tree : trees()) {
        const io::testing::TemporaryFolder folder;
        io::PosixFiles files(folder.path());
        for (const auto& [path, file] : tree) {
            REQUIRE(files.write(path, file).has_value());
        }
        // What makes it a repository for actionlint.
        std::filesystem::create_directory(folder / ".git");
        const auto [said, code] =
            run("cd '" + folder.path() + "' && '" + program + "' -no-color 2>&1");
        CHECK(said == "");
        CHECK(code == 0);
    }
}

} // namespace
} // namespace ducksnest
