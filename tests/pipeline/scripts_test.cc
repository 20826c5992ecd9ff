#include "base/text.h"
#include "io/posix_files.h"
#include "io/testing/temporary_folder.h"
#include "pipeline/yaml.h"
#include "plan/plan.h"
#include "render/workflows.h"
#include "support/homelab.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

/// The scripts of the rendered workflows, run as a runner runs them, with stand-ins for the
/// programs that reach out of it.
namespace ducksnest {
namespace {

using manifests::YamlNode;

/// The script of the step with this name.
std::string script_of(const std::string& workflow, const std::string& step) {
    static const Tree tree =
        render::render_workflows(plan::make_plan(testing::homelab_of(testing::example_text())));
    const auto& file = tree.at(".github/workflows/" + workflow);
    const YamlNode root = testing::parse_workflow(workflow, as_text(file.bytes));
    for (const auto& job : *testing::find(root, "jobs")->as_mapping()) {
        const YamlNode* steps = testing::find(job.value, "steps");
        for (const YamlNode& each :
             steps == nullptr ? std::vector<YamlNode>{} : *steps->as_sequence()) {
            if (testing::text(testing::find(each, "name")) == step) {
                return testing::text(testing::find(each, "run"));
            }
        }
    }
    FAIL("there is no step " << step);
    return {};
}

std::string read(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// One runner: a folder of its own, and around it what the stand-ins answer.
class Runner {
public:
    Runner() {
        std::filesystem::create_directories(world() / "secrets");
        std::filesystem::create_directories(*place_ / "repository");
        put("comments.json", "[]");
        put("issues.json", "[]");
        environment = {
            {"GITHUB_REPOSITORY", "duck/homelab"},
            {"GITHUB_OUTPUT", *place_ / "output"},
            {"GITHUB_STEP_SUMMARY", *place_ / "summary"},
            {"RUNNER_TEMP", place_->path()},
            {"WORLD", world()},
            {"GH_TOKEN", "token"},
            {"HOME", place_->path()},
            {"PATH", DUCKSNEST_SOURCE_DIR "/tests/pipeline/stand_ins:/usr/bin:/bin"},
        };
    }

    /// As `shell: bash` does it. The exit code.
    int run(const std::string& workflow, const std::string& step) {
        std::ofstream(*place_ / "script") << script_of(workflow, step);
        std::string command = fmt::format("cd '{}' && env -i", *place_ / "repository");
        for (const auto& [name, value] : environment) {
            command += fmt::format(" {}='{}'", name, value);
        }
        command += fmt::format(
            " bash --noprofile --norc -eo pipefail '{}' >'{}' 2>&1",
            *place_ / "script",
            *place_ / "said"
        );
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    void put(const std::string& name, const std::string& text) {
        std::ofstream(world() / name) << text;
    }
    void put_secret(const std::string& name, const std::string& text) {
        put("secrets/" + name, text);
    }
    std::string calls() const { return read(world() / "calls"); }
    std::string body() const { return read(world() / "body"); }
    std::string keys() const { return read(world() / "keys"); }
    std::string said() const { return read(*place_ / "said"); }
    std::string output() const { return read(*place_ / "output"); }
    std::string temporary(const std::string& name) const { return *place_ / name; }
    std::string repository() const { return *place_ / "repository"; }

    std::map<std::string, std::string> environment{};

private:
    std::filesystem::path world() const { return std::filesystem::path(*place_ / "world"); }

    std::unique_ptr<io::testing::TemporaryFolder> place_ =
        std::make_unique<io::testing::TemporaryFolder>();
};

constexpr const char* comment_step = "One comment, brought up to date";
constexpr const char* tell_step = "Tell the operators";

Runner with_plan() {
    Runner runner;
    runner.environment["NUMBER"] = "7";
    runner.environment["PLAN"] = "### ducksnest: no machine changes";
    runner.environment["TERRAFORM"] = "No changes.";
    runner.environment["TERRAFORM_RESULT"] = "success";
    return runner;
}

TEST_CASE("scripts: a pull request gets its first comment") {
    Runner runner = with_plan();
    CHECK(runner.run("validate.yml", comment_step) == 0);
    CHECK(runner.calls() == "gh api --silent --method POST repos/duck/homelab/issues/7/comments\n");
    CHECK(
        runner.body() ==
        "<!-- ducksnest: what this pull request changes -->\n"
        "### ducksnest: no machine changes\n"
        "\n<details><summary>Terraform</summary>\n\n~~~text\nNo changes.\n~~~\n\n</details>"
    );
}

TEST_CASE("scripts: the comment of the last run is changed, and nobody else's") {
    Runner runner = with_plan();
    const std::string marker = "<!-- ducksnest: what this pull request changes -->";
    runner.put(
        "comments.json",
        R"([
        {"id": 1, "user": {"login": "mallory"}, "body": ")" +
            marker + R"( mine"},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "another workflow"},
        {"id": 3, "user": {"login": "github-actions[bot]"}, "body": ")" +
            marker + R"(\nold"},
        {"id": 4, "user": {"login": "github-actions[bot]"}, "body": ")" +
            marker + R"(\nolder"}])"
    );
    CHECK(runner.run("validate.yml", comment_step) == 0);
    CHECK(
        runner.calls() == "gh api --silent --method PATCH repos/duck/homelab/issues/comments/3\n"
    );
}

TEST_CASE("scripts: text of a change is written, and never run") {
    Runner runner = with_plan();
    runner.environment["PLAN"] = "$(touch pwned) `touch pwned` %s \\n \"; touch pwned";
    CHECK(runner.run("validate.yml", comment_step) == 0);
    CHECK(runner.body().contains("$(touch pwned) `touch pwned` %s \\n \"; touch pwned\n"));
    CHECK_FALSE(std::filesystem::exists(runner.repository() + "/pwned"));
}

TEST_CASE("scripts: a Terraform that failed is told") {
    Runner runner = with_plan();
    runner.environment["TERRAFORM"] = "";
    runner.environment["TERRAFORM_RESULT"] = "failure";
    CHECK(runner.run("validate.yml", comment_step) == 0);
    CHECK(runner.body().contains("**Terraform: no plan could be made (failure).**"));
}

TEST_CASE("scripts: certificates that are well close the issue, if there is one") {
    Runner runner;
    CHECK(runner.run("certificates.yml", "Look at secrets/") == 0);
    CHECK(runner.output() == "code=0\n");
    runner.environment["CODE"] = "0";
    CHECK(runner.run("certificates.yml", tell_step) == 0);
    CHECK_FALSE(runner.calls().contains("gh "));
    runner.put("issues.json", R"([{"number": 12}])");
    CHECK(runner.run("certificates.yml", tell_step) == 0);
    CHECK(runner.calls().contains("gh issue close 12 --repo duck/homelab\n"));
}

TEST_CASE("scripts: certificates that end open one issue and keep it up to date") {
    Runner runner;
    runner.put("code", "4");
    runner.put("says", "nodes/ultra/kubelet ends in 9 days\n");
    CHECK(runner.run("certificates.yml", "Look at secrets/") == 0);
    CHECK(runner.output() == "code=4\n");
    runner.environment["CODE"] = "4";
    CHECK(runner.run("certificates.yml", tell_step) == 0);
    CHECK(runner.calls().contains(
        "gh issue create --repo duck/homelab --title Certificates have to be renewed\n"
    ));
    CHECK(runner.body().contains("$ ducksnest certs renew\n"));
    CHECK(runner.body().contains("nodes/ultra/kubelet ends in 9 days\n"));
    runner.put("issues.json", R"([{"number": 12}])");
    CHECK(runner.run("certificates.yml", tell_step) == 0);
    CHECK(runner.calls().contains("gh issue edit 12 --repo duck/homelab\n"));
}

TEST_CASE("scripts: certificates that cannot be read fail the job") {
    Runner runner;
    runner.put("code", "3");
    CHECK(runner.run("certificates.yml", "Look at secrets/") == 3);
    CHECK(runner.output().empty());
}

std::string hours_ago(int hours) {
    FILE* pipe = popen(
        fmt::format("date --utc --iso-8601=seconds --date '{} hours ago'", hours).c_str(), "r"
    );
    REQUIRE(pipe != nullptr);
    std::array<char, 64> line{};
    REQUIRE(std::fgets(line.data(), line.size(), pipe) != nullptr);
    pclose(pipe);
    return std::string(line.data(), std::string_view(line.data()).find('\n'));
}

TEST_CASE("scripts: the newest backup decides, whatever the order of objects") {
    const auto finding = [](const std::string& objects) {
        Runner runner;
        runner.put("objects.json", objects);
        runner.environment["BUCKET"] = "ducksnest-backups";
        runner.environment["HOURS_MAX"] = "26";
        CHECK(runner.run("backups.yml", "Find the newest object") == 0);
        return runner.output();
    };
    const std::string fresh = hours_ago(2);
    const std::string old = hours_ago(30);
    CHECK(finding(fmt::format(R"(["{}", "{}", "{}"])", old, fresh, old)) == "finding=\n");
    CHECK(finding(fmt::format(R"(["{}"])", old))
              .starts_with("finding=The newest object of `ducksnest-backups` is 30 hours old ("));
    CHECK(
        finding("null") ==
        "finding=The bucket `ducksnest-backups` is empty: nothing was ever backed up.\n"
    );
}

TEST_CASE("scripts: backups that do not arrive open an issue and fail the job") {
    Runner runner;
    runner.environment["FINDING"] = "The bucket is empty.";
    CHECK(runner.run("backups.yml", tell_step) == 1);
    CHECK(runner.calls().contains("gh issue create --repo duck/homelab --title Backups do not"));
    CHECK(runner.said().contains("::error::The bucket is empty.\n"));
    runner.environment["FINDING"] = "";
    runner.put("issues.json", R"([{"number": 5}])");
    CHECK(runner.run("backups.yml", tell_step) == 0);
    CHECK(runner.calls().contains("gh issue close 5"));
}

TEST_CASE("scripts: a system and the tools are pushed with a key that only memory saw") {
    Runner runner;
    runner.put_secret("ducksnest_pipeline_cache-signing-key", "ducksnest-1:key");
    runner.environment["NODE"] = "ultra";
    CHECK(runner.run("build.yml", "Push") == 0);
    const std::string calls = runner.calls();
    CHECK(calls.contains("ducksnest cache push --key /dev/shm/"));
    CHECK(calls.contains(" --system ultra " + runner.temporary("system") + "\n"));
    CHECK(calls.contains(" " + runner.temporary("tools") + "\n"));
    CHECK(runner.keys() == "--key 600 ducksnest-1:key\n--key 600 ducksnest-1:key\n");
    const std::size_t begin = calls.find("/dev/shm/");
    CHECK_FALSE(std::filesystem::exists(calls.substr(begin, calls.find(' ', begin) - begin)));
    CHECK_FALSE(runner.said().contains("ducksnest-1:key"));
}

TEST_CASE("scripts: a push without its key stops, and says why") {
    Runner runner;
    runner.environment["NODE"] = "ultra";
    CHECK(runner.run("build.yml", "Push") != 0);
    CHECK(runner.calls().empty());
    CHECK(runner.said().contains("ResourceNotFoundException"));
}

Runner with_lock() {
    Runner runner;
    std::filesystem::copy_file(
        DUCKSNEST_SOURCE_DIR "/examples/ducksnest/homelab.lock.json",
        runner.repository() + "/homelab.lock.json"
    );
    runner.put_secret("ducksnest_pipeline_deploy-ssh-key", "ssh key");
    return runner;
}

TEST_CASE("scripts: every node of the lock is deployed, as what was built for it") {
    Runner runner = with_lock();
    runner.put_secret("ducksnest_pipeline_kubeconfig", "kubeconfig");
    CHECK(runner.run("deploy.yml", "Deploy") == 0);
    const std::string calls = runner.calls();
    CHECK(calls.starts_with("ducksnest deploy --yes --no-push --identity /dev/shm/"));
    for (const char* node : {"control-plane", "firebat", "old", "ultra"}) {
        CHECK(calls.contains(
            fmt::format(" --system {0}=/nix/store/00000000000000000000000000000000-{0}", node)
        ));
    }
    CHECK_FALSE(calls.contains("--no-drain"));
    CHECK(runner.keys() == "--identity 600 ssh key\n--kubeconfig 600 kubeconfig\n");
    const std::size_t begin = calls.find("/dev/shm/");
    CHECK_FALSE(std::filesystem::exists(calls.substr(begin, calls.find("/ssh", begin) - begin)));
}

TEST_CASE("scripts: without a kubeconfig pods stay, and the run says so") {
    Runner runner = with_lock();
    CHECK(runner.run("deploy.yml", "Deploy") == 0);
    CHECK(runner.calls().contains(" --no-drain "));
    CHECK(runner.said().contains("::warning::ducksnest/pipeline/kubeconfig has no value"));
}

TEST_CASE("scripts: a deployment that fails fails the job, and its keys are gone all the same") {
    Runner runner = with_lock();
    runner.put("code", "5");
    CHECK(runner.run("deploy.yml", "Deploy") == 5);
    const std::string calls = runner.calls();
    const std::size_t begin = calls.find("/dev/shm/");
    CHECK_FALSE(std::filesystem::exists(calls.substr(begin, calls.find("/ssh", begin) - begin)));
}

TEST_CASE("scripts: the plan of a pull request is against its merge's first parent") {
    Runner runner;
    const auto shell = [&](const std::string& command) {
        const std::string all = fmt::format(
            "cd '{}' && export HOME=/nonexistent GIT_AUTHOR_NAME=d GIT_AUTHOR_EMAIL=d@d "
            "GIT_COMMITTER_NAME=d GIT_COMMITTER_EMAIL=d@d && {{ {} ; }} >/dev/null 2>&1",
            runner.repository(),
            command
        );
        REQUIRE(std::system(all.c_str()) == 0);
    };
    shell("cp -r '" DUCKSNEST_SOURCE_DIR "/examples/ducksnest/.' . && git init -q -b main . && "
          "git add -A && git commit -qm base && git switch -qc change && "
          "sed -i 's/192.168.0.11/192.168.0.21/' homelab.toml && git commit -qam change && "
          "git switch -q main && echo note >note && git add note && git commit -qm other && "
          "git merge -q --no-ff change -m merge");
    // The program itself, and not its stand-in.
    const std::string programs = runner.temporary("programs");
    std::filesystem::create_directory(programs);
    std::filesystem::create_symlink(DUCKSNEST_PROGRAM, programs + "/ducksnest");
    runner.environment["PATH"] = programs + ":/usr/bin:/bin";
    CHECK(runner.run("validate.yml", "What changes") == 0);
    const std::string output = runner.output();
    CHECK(output.starts_with("markdown<<"));
    CHECK(output.contains("\n### ducksnest: 1 of 4 nodes changed\n"));
    CHECK(output.contains("- **Reboots:** firebat (reboot: its address changes)\n"));
    const std::string end = output.substr(10, output.find('\n') - 10);
    CHECK(output.ends_with("\n" + end + "\n"));
    CHECK(read(runner.environment.at("GITHUB_STEP_SUMMARY")).starts_with("### ducksnest: 1 of"));
}

} // namespace
} // namespace ducksnest
