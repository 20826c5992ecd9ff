#include "ground.h"

#include "base/json.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

namespace ducksnest::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct Place {
    std::string address{};
    std::string router{};
    std::string loader{};
};

const std::map<std::string, Place>& places() {
    static const std::map<std::string, Place> all = {
        {"alpha", {"192.168.77.11/24", "192.168.77.1", "systemd-boot"}},
        {"beta", {"192.168.77.12/24", "192.168.77.1", "grub"}},
        {"control-plane", {"10.77.1.10/16", "10.77.0.1", "systemd-boot"}},
    };
    return all;
}

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

} // namespace

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    REQUIRE(file.flush());
}

const std::vector<std::string>& DeployGround::nodes() {
    static const std::vector<std::string> names = {"alpha", "beta", "control-plane"};
    return names;
}

DeployGround::DeployGround(std::vector<std::string> kinds)
    : kinds_(std::move(kinds)) {
    REQUIRE_MESSAGE(::geteuid() == 0, "namespaces and sshd need root");
    REQUIRE_MESSAGE(fs::exists("/usr/sbin/sshd"), "apt-get install openssh-server");
    kinds_.insert(kinds_.begin(), "base");
    lay_out();
    // Namespaces that end with the hub, and a hub that ends with us.
    const std::string hub = path("hub.sh");
    const std::string place = place_.path();
    hub_ = ::fork();
    if (hub_ == 0) {
        ::execlp(
            "setpriv",
            "setpriv",
            "--pdeathsig",
            "KILL",
            "unshare",
            "--net",
            "--mount",
            "--pid",
            "--fork",
            "--mount-proc",
            "--kill-child",
            "sh",
            hub.c_str(),
            place.c_str(),
            nullptr
        );
        ::_exit(127);
    }
    REQUIRE(wait_until([&] { return fs::exists(path("ready")); }, 20s));
    build_systems();
    for (const std::string& node : nodes()) {
        install(node);
    }
    for (const std::string& node : nodes()) {
        INFO(read_text(path("nodes/" + node + "/log")));
        REQUIRE(wait_until([&] { return answers(node); }, 30s));
    }
}

DeployGround::~DeployGround() {
    ::kill(hub_, SIGKILL);
    ::waitpid(hub_, nullptr, 0);
    // The store's files are read-only.
    [[maybe_unused]] const int ignored = std::system(
        fmt::format("chmod -R u+w '{0}/deployer' '{0}/nodes' 2>/dev/null", place_.path()).c_str()
    );
}

Ran DeployGround::shell(const std::string& script) const {
    static std::atomic<int> number = 0;
    const std::string said = path(fmt::format("said-{}", ++number));
    const std::string line =
        fmt::format("exec >'{0}.out' 2>'{0}.err' </dev/null; cd /\n{1}", said, script);
    const int status = std::system(line.c_str()); // NOLINT(cert-env33-c)
    return {
        .exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        .out = read_text(said + ".out"),
        .err = read_text(said + ".err"),
    };
}

Ran DeployGround::run(const std::string& script) const {
    static std::atomic<int> number = 0;
    const std::string file = path(fmt::format("script-{}", ++number));
    write_text(
        file,
        fmt::format("export HOME='{}' PATH=\"{}:$PATH\"\n{}\n", place_.path(), path("bin"), script)
    );
    // unshare(1) waits for the hub; its child is the first process in there.
    return shell(fmt::format(
        "exec nsenter -t \"$(tr -d ' ' </proc/{0}/task/{0}/children)\" -n -m -p sh '{1}'",
        hub_,
        file
    ));
}

Ran DeployGround::on(const std::string& node, const std::string& script) const {
    static std::atomic<int> number = 0;
    const std::string file = path(fmt::format("node-script-{}", ++number));
    write_text(
        file,
        fmt::format("export PATH='{}/nodes/{}/bin':\"$PATH\"\n{}\n", place_.path(), node, script)
    );
    return run(fmt::format(
        "exec nsenter -t \"$(cat '{}/nodes/{}/pid')\" -n -m -p sh '{}'", place_.path(), node, file
    ));
}

void DeployGround::lay_out() {
    const fs::path source = fs::path(DUCKSNEST_SOURCE_DIR) / "tests/deploy";
    for (const char* file : {"hub.sh", "node.sh", "systems.nix"}) {
        fs::copy_file(source / file, path(file));
    }
    fs::create_directories(path("bin"));
    fs::create_directories(path("line"));
    fs::copy_file(source / "lost_ssh.sh", path("lost_ssh"));
    fs::permissions(path("lost_ssh"), fs::perms::owner_all);
    fs::create_symlink(DUCKSNEST_PROGRAM, path("bin/ducksnest"));
    const Ran made = shell(fmt::format(
        "cd '{}' && ssh-keygen -q -t ed25519 -N '' -C duck -f identity && "
        "nix-store --generate-binary-cache-key nest-1 secret public && "
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=api -addext subjectAltName=IP:10.77.1.10 -keyout api.key -out api.pem",
        place_.path()
    ));
    INFO(made.err);
    REQUIRE(made.exit == 0);
    std::string toml = read_text((source / "homelab.toml").string());
    for (const std::string& node : nodes()) {
        make_node(node);
        std::string key = read_text(path("nodes/" + node + "/host_key.pub"));
        key.erase(key.find_last_not_of('\n') + 1);
        const std::string place = "HOST_KEY_OF_" + node;
        toml.replace(toml.find(place), place.size(), key);
    }
    const std::string operator_place = "OPERATOR_KEY";
    std::string operator_key = read_text(path("identity.pub"));
    operator_key.erase(operator_key.find_last_not_of('\n') + 1);
    toml.replace(toml.find(operator_place), operator_place.size(), operator_key);
    fs::create_directories(path("lab"));
    write_text(path("lab/homelab.toml"), toml);
    const Ran committed = shell(fmt::format(
        "cd '{}' && '{}' render -q && git init -q && git add -A && "
        "git -c user.name=duck -c user.email=duck@nest commit -qm 'Lay the nest out'",
        path("lab"),
        DUCKSNEST_PROGRAM
    ));
    INFO(committed.err);
    REQUIRE(committed.exit == 0);
}

void DeployGround::make_node(const std::string& node) {
    const Place& place = places().at(node);
    const std::string folder = path("nodes/" + node);
    for (const char* part :
         {"bin", "nix/store", "nix/var/nix/profiles", "state", "boot", "nix-conf"}) {
        fs::create_directories(folder + "/" + part);
    }
    write_text(folder + "/name", node + "\n");
    write_text(folder + "/address", place.address + "\n");
    write_text(folder + "/router", place.router + "\n");
    write_text(folder + "/loader", place.loader + "\n");
    write_text(folder + "/log", "");
    fs::copy_file(path("api.pem"), folder + "/cluster.crt");
    if (node == "control-plane") {
        fs::copy_file(path("api.pem"), folder + "/api.pem");
        fs::copy_file(path("api.key"), folder + "/api.key");
    }
    fs::create_symlink(DUCKSNEST_PROGRAM, folder + "/bin/ducksnest");
    fs::copy_file(
        fs::path(DUCKSNEST_SOURCE_DIR) / "tests/deploy/machine.sh", folder + "/bin/machine"
    );
    fs::permissions(folder + "/bin/machine", fs::perms::owner_all);
    for (const char* name : {"systemctl", "bootctl", "grub-editenv", "nix-store", "nix-env"}) {
        fs::create_symlink("machine", folder + "/bin/" + name);
    }
    write_text(
        folder + "/nix-conf/nix.conf",
        fmt::format(
            "build-users-group =\nsandbox = false\nsubstituters = file://{}\n"
            "trusted-public-keys = {}\n",
            path("cache"),
            read_text(path("public"))
        )
    );
    REQUIRE(
        shell(fmt::format("ssh-keygen -q -t ed25519 -N '' -C '' -f '{}/host_key'", folder)).exit ==
        0
    );
    write_text(
        folder + "/authorized_keys",
        fmt::format(
            "restrict,command=\"ducksnest activate gate\" {}", read_text(path("identity.pub"))
        )
    );
    write_text(
        folder + "/sshd_config",
        fmt::format(
            "ListenAddress 0.0.0.0\nHostKey {0}/host_key\nAuthorizedKeysFile {0}/authorized_keys\n"
            "PidFile /run/sshd.pid\nPermitRootLogin forced-commands-only\nStrictModes no\n"
            "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "KexAlgorithms curve25519-sha256\nMaxStartups 100\nSetEnv "
            "PATH={0}/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
            folder
        )
    );
}

void DeployGround::build_systems() {
    const auto list = [](const std::vector<std::string>& names) {
        std::string text;
        for (const std::string& name : names) {
            text += fmt::format(" \"{}\"", name);
        }
        return text;
    };
    const Ran built = run(fmt::format(
        "export NIX_CONFIG='build-users-group =\nsandbox = false\nsubstituters ='\n"
        "nix-build --no-out-link -E 'import {}/systems.nix {{ nodes = [{} ]; kinds = [{} ]; }}'",
        place_.path(),
        list(nodes()),
        list(kinds_)
    ));
    INFO(built.err);
    REQUIRE(built.exit == 0);
    std::size_t begin = 0;
    for (const std::string& node : nodes()) {
        for (const std::string& kind : kinds_) {
            const std::size_t end = built.out.find('\n', begin);
            systems_[node + " " + kind] = built.out.substr(begin, end - begin);
            begin = end + 1;
        }
    }
}

void DeployGround::install(const std::string& node) const {
    const std::string base = system(node, "base");
    const std::string folder = path("nodes/" + node);
    const Ran done = run(fmt::format(
        "export NIX_CONFIG='build-users-group =\nsubstituters =\nexperimental-features = "
        "nix-command'\n"
        "nix copy --no-check-sigs --to 'local?root={0}' {1}\n"
        "ln -s system-1-link {0}/nix/var/nix/profiles/system\n"
        "ln -s {1} {0}/nix/var/nix/profiles/system-1-link\n"
        "echo {1} >{0}/boot/default\n"
        ": >{0}/ready",
        folder,
        base
    ));
    INFO(done.err);
    REQUIRE(done.exit == 0);
}

std::string DeployGround::system(const std::string& node, const std::string& kind) const {
    const auto found = systems_.find(node + " " + kind);
    REQUIRE(found != systems_.end());
    return found->second;
}

std::string
DeployGround::to(const std::vector<std::string>& to_nodes, const std::string& kind) const {
    std::string text;
    for (const std::string& node : to_nodes) {
        text += fmt::format(" --node {0} --system {0}={1}", node, system(node, kind));
    }
    return text;
}

std::string DeployGround::deploy_line(const std::string& arguments) const {
    const bool has_times = arguments.contains("--patience");
    return fmt::format(
        "USER=duck ducksnest deploy -C '{0}/lab' --identity '{0}/identity' --no-drain --to "
        "'{0}/cache' --key '{0}/secret' --no-input --color never {1} {2}",
        place_.path(),
        has_times ? "" : "--patience 30s --settle 2s --restart-time 20s --lease 4s",
        arguments
    );
}

Ran DeployGround::deploy(const std::string& arguments) const {
    return run(deploy_line(arguments));
}

deploy::NodeReport DeployGround::report(const std::string& node) const {
    const Ran said = on(node, "ducksnest activate status");
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return deploy::parse_node_report(Json::parse(said.out).value()).value();
}

std::string DeployGround::kind_of(const std::string& node, const std::string& system) const {
    for (const std::string& kind : kinds_) {
        if (systems_.at(node + " " + kind) == system) {
            return kind;
        }
    }
    return "no system: " + system;
}

std::string DeployGround::settled(const std::string& node) const {
    deploy::NodeReport seen;
    const bool is_settled = wait_until(
        [&] {
            const Ran said = on(node, "ducksnest activate status");
            const Result<Json> json = Json::parse(said.out);
            if (said.exit != 0 || !json) {
                return false; // restarting
            }
            seen = deploy::parse_node_report(*json).value();
            // What was prepared and never begun has changed nothing.
            return !deploy::is_under_way(seen.trial.phase) ||
                   (seen.trial.phase == deploy::Phase::arming && seen.current == seen.standard);
        },
        40s
    );
    CAPTURE(deploy::to_json(seen).dump_pretty());
    CAPTURE(read_text(path("nodes/" + node + "/log")));
    CHECK(is_settled);
    CHECK(seen.current == seen.standard);
    CHECK(read_text(path("nodes/" + node + "/boot/default")) == seen.standard + "\n");
    return kind_of(node, seen.current);
}

void DeployGround::power_off(const std::string& node) const {
    write_text(path("nodes/" + node + "/off"), "");
    const Ran killed =
        run(fmt::format("kill -9 \"$(cat '{}/nodes/{}/pid')\"", place_.path(), node));
    REQUIRE(killed.exit == 0);
}

void DeployGround::power_on(const std::string& node) const {
    fs::remove(path("nodes/" + node + "/up"));
    fs::remove(path("nodes/" + node + "/off"));
    REQUIRE(wait_until([&] { return fs::exists(path("nodes/" + node + "/up")); }, 20s));
}

std::string DeployGround::ssh_line(const std::string& node, const std::string& command) const {
    const std::string address = places().at(node).address;
    return fmt::format(
        "ssh -F none -i '{}/identity' -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=2 "
        "-o LogLevel=ERROR -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@{} {}",
        place_.path(),
        address.substr(0, address.find('/')),
        command
    );
}

bool DeployGround::answers(const std::string& node) const {
    return run(ssh_line(node, "ducksnest activate status")).exit == 0;
}

} // namespace ducksnest::testing
