#include "base/json.h"
#include "cli/process.h"
#include "io/clouds.h"
#include "io/testing/temporary_folder.h"
#include "support/moto.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

/// `ducksnest up` on the real ground as far as it goes without machines: the program itself, a git
/// repository, moto, and a stand-in for OpenTofu. Machines are the business of tests/deploy.
using namespace ducksnest;
using namespace ducksnest::testing;
using cli::Outcome;

namespace {

constexpr const char* homelab_toml = R"([homelab]
name = "goose"
timezone = "Asia/Seoul"
operators = ["{}"]

[sites.home]
cidr = "192.168.0.0/24"
interface = "wlan*"

[sites.aws]
provider = "aws"
region = "ap-northeast-2"
cidr = "10.20.0.0/16"

[nodes.cloud]
site = "aws"
role = "control-plane"
instance = "t3.medium"
address = "10.20.1.10"
{}

[nodes.nest]
site = "home"
cpus = 4
memory = "8GiB"
disk = "100GiB"
host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEYrLug/SyLDo6ZGHJBbr4IX6Y56ffqJlik5HG0gQRSP"
)";

constexpr const char* changes_json = R"({"resource_changes":[
 {"address":"aws_instance.node[\"cloud\"]","mode":"managed","type":"aws_instance",
  "index":"cloud","change":{"actions":["create"]}},
 {"address":"data.aws_ami.nixos","mode":"data","type":"aws_ami","change":{"actions":["read"]}}]})";

/// What the module says of its one machine.
constexpr const char* outputs_json = R"({{"ducksnest":{{"sensitive":false,"value":{{
 "schema":"ducksnest.terraform/1","homelab":"goose","instances":{{
  "cloud":{{"id":"i-0123","address":"{}","public_address":"3.4.5.6"}}}}}}}}}})";

std::string read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
}

class Ground {
public:
    Ground() {
        std::filesystem::create_directories(folder / "home/.ssh");
        std::filesystem::create_directories(folder / "tofu");
        REQUIRE(run("ssh-keygen -q -t ed25519 -N '' -C duck -f $HOME/.ssh/id_ed25519").exit == 0);
        operator_ = read(folder / "home/.ssh/id_ed25519.pub");
        operator_.pop_back();
        write_homelab("");
        write(folder / "tofu/changes.json", changes_json);
        write(folder / "lab/.gitignore", ".terraform/\n");
        REQUIRE(
            run("git -C lab init -q && git config --global user.email duck@desk && "
                "git config --global user.name duck")
                .exit == 0
        );
    }

    void write_homelab(const std::string& host_key) const {
        write(
            folder / "lab/homelab.toml",
            fmt::format(fmt::runtime(homelab_toml), operator_, host_key)
        );
    }
    void commit() const { REQUIRE(run("git -C lab add -A && git -C lab commit -qm x").exit == 0); }
    void give_tofu() const {
        std::filesystem::create_directories(folder / "bin");
        std::filesystem::copy(DUCKSNEST_SOURCE_DIR "/tests/up/tofu.sh", folder / "bin/tofu");
    }
    std::string tofu_calls() const { return read(folder / "tofu/calls"); }

    Outcome run(const std::string& command, const std::string& profile = "test") const {
        return cli::run_piped(
            command,
            "",
            {.folder = folder.path(),
             .environment =
                 {
                     {"PATH", folder.path() + "/bin:/usr/bin:/bin"},
                     {"HOME", folder / "home"},
                     {"DUCKSNEST_TEST_TOFU", folder / "tofu"},
                     {"AWS_SHARED_CREDENTIALS_FILE", moto().credentials_file()},
                     {"AWS_PROFILE", profile},
                     {"AWS_ENDPOINT_URL", moto().endpoint()},
                     {"AWS_EC2_METADATA_DISABLED", "true"},
                 }}
        );
    }
    Outcome ducksnest(const std::string& words, const std::string& profile = "test") const {
        return run(std::string(DUCKSNEST_PROGRAM) + " -C lab " + words, profile);
    }
    Outcome up(const std::string& words = "", const std::string& profile = "test") const {
        return ducksnest(
            "up --no-input --no-drain --first-boot 0s --address nest=127.0.0.1:9 "
            "--address cloud=127.0.0.1:9 " +
                words,
            profile
        );
    }

    io::testing::TemporaryFolder folder{};

private:
    std::string operator_{};
};

/// The state of one step in the answer of `up --json`.
std::string state_of(const Outcome& outcome, const std::string& step) {
    const Result<Json> json = Json::parse(outcome.out);
    REQUIRE_MESSAGE(json, outcome.out << outcome.err);
    for (const Json& item : *json->find("steps")->as_array()) {
        if (*item.find("step")->as_string() == step) {
            return *item.find("state")->as_string();
        }
    }
    return "no such step";
}

bool has_state_bucket() {
    const auto buckets = io::open_buckets({.region = moto_region});
    const Result<bool> found = (*buckets)->exists("goose-terraform-state");
    REQUIRE(found);
    return *found;
}

} // namespace

TEST_CASE("up goes step after step, stops where somebody has to look, and goes on") {
    const Ground ground;

    // Nothing is touched before everything is as it has to be.
    const Outcome dirty = ground.up();
    CHECK(dirty.exit == 6);
    CHECK(dirty.err.contains("not committed"));
    CHECK_FALSE(std::filesystem::exists(ground.folder / "lab/homelab.lock.json"));
    ground.commit();
    const Outcome bare = ground.up();
    CHECK(bare.exit == 1);
    CHECK(bare.err.ends_with(
        "error: neither `terraform` nor `tofu` is in PATH\n"
        "  = help: install OpenTofu 1.10 or Terraform 1.11, or newer: this homelab "
        "has a site at AWS\n"
    ));
    ground.give_tofu();
    const Outcome stranger = ground.up("", "nobody-has-this");
    CHECK(stranger.exit == 1);
    CHECK(stranger.err.contains("error: there are no AWS credentials for `s3`"));
    CHECK_FALSE(std::filesystem::exists(ground.folder / "lab/homelab.lock.json"));
    CHECK(ground.tofu_calls().empty());

    // A rehearsal changes nothing.
    const Outcome rehearsal = ground.up("--dry-run --json");
    CHECK(state_of(rehearsal, "render") == "would do");
    CHECK(state_of(rehearsal, "certs") == "unknown"); // `cloud` has no host key yet
    CHECK(state_of(rehearsal, "terraform") == "would do");
    CHECK(state_of(rehearsal, "deploy") == "unknown");
    CHECK_FALSE(std::filesystem::exists(ground.folder / "lab/homelab.lock.json"));
    CHECK_FALSE(std::filesystem::exists(ground.folder / "lab/secrets"));
    CHECK_FALSE(has_state_bucket());

    // What is written has to be looked at and committed first.
    const Outcome created = ground.ducksnest("hosts create cloud");
    REQUIRE(created.exit == 0);
    std::string key = read(ground.folder / "lab/secrets/hosts/cloud.pub");
    key.pop_back();
    ground.write_homelab(fmt::format("host_key = \"{}\"", key));
    ground.commit();
    const Outcome written = ground.up("--json");
    CHECK(written.exit == 5);
    CHECK(state_of(written, "render") == "done");
    CHECK(state_of(written, "certs") == "done");
    CHECK(state_of(written, "commit") == "failed");
    CHECK(state_of(written, "terraform") == "waits");
    CHECK(written.err.contains("git -C "));
    CHECK(ground.tofu_calls().empty());
    ground.commit();

    // Terraform's own failure is told; the next run goes on.
    write(ground.folder / "tofu/fails", "");
    const Outcome refused = ground.up("--json");
    CHECK(refused.exit == 1);
    CHECK(state_of(refused, "render") == "current");
    CHECK(state_of(refused, "terraform") == "failed");
    CHECK(refused.err.contains("VcpuLimitExceeded"));
    CHECK(has_state_bucket());
    std::filesystem::remove(ground.folder / "tofu/fails");

    // The entries that the real Terraform would make.
    moto().secrets_manager("CreateSecret", R"({"Name":"goose/hosts/cloud/ssh-host-key"})");
    moto().secrets_manager("CreateSecret", R"({"Name":"goose/hosts/cloud/tailnet-key"})");
    write(ground.folder / "tofu/outputs.json", fmt::format(outputs_json, "10.20.1.99"));
    const Outcome elsewhere = ground.up("--json");
    CHECK(elsewhere.exit == 1);
    CHECK(elsewhere.err.contains("`cloud` (i-0123) has the address 10.20.1.99, not 10.20.1.10"));
    CHECK(state_of(ground.up("--json"), "terraform") == "failed"); // and it stays so
    std::filesystem::remove(ground.folder / "tofu/applied");
    write(ground.folder / "tofu/outputs.json", fmt::format(outputs_json, "10.20.1.10"));
    const Outcome keyless = ground.up("--json");
    CHECK(keyless.exit == 5);
    CHECK(state_of(keyless, "terraform") == "done");
    CHECK(state_of(keyless, "host keys") == "done");
    CHECK(state_of(keyless, "tailnet keys") == "failed");
    CHECK(keyless.err.contains("--tailnet-client"));
    moto().secrets_manager(
        "PutSecretValue",
        R"({"SecretId":"goose/hosts/cloud/tailnet-key","SecretString":"tskey-auth-1",)"
        R"("ClientRequestToken":"0123456789abcdef0123456789abcdef"})"
    );
    const Outcome applied = ground.up("--json");
    INFO(applied.err);
    CHECK(applied.exit == 1);
    CHECK(state_of(applied, "deploy") == "failed");
    CHECK(state_of(applied, "verify") == "waits");
    CHECK(moto()
              .secrets_manager("GetSecretValue", R"({"SecretId":"goose/hosts/cloud/ssh-host-key"})")
              .contains("OPENSSH PRIVATE KEY"));

    // Another run has nothing to do before the machines.
    const Outcome again = ground.up("--json");
    CHECK(again.exit == 1);
    for (const char* step :
         {"render", "certs", "commit", "terraform", "host keys", "tailnet keys"}) {
        CAPTURE(step);
        CHECK(state_of(again, step) == "current");
    }
    CHECK(state_of(again, "deploy") == "failed");
    const Outcome shown = ground.up();
    CHECK(shown.out.starts_with("STEP"));
    CHECK(shown.err.contains("error: "));
}

TEST_CASE("flags of one ground are refused on another") {
    const Ground ground;
    const Outcome outcome = ground.ducksnest("up --kill cloud@1m");
    CHECK(outcome.exit == 2);
    CHECK(
        outcome.err == "error: `--kill` means nothing without `--twin`\n"
                       "  = help: it is for `up --twin`\n"
    );
    CHECK(
        ground.ducksnest("up --twin --no-drain").err ==
        "error: `--no-drain` means nothing with `up --twin`\n  = help: it is for `up`\n"
    );
}
