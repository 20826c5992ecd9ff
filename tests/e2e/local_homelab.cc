#include "local_homelab.h"

#include "age/age.h"
#include "kube/kubeconfig.h"
#include "local/ground_state.h"
#include "manifests/calico.h"
#include "manifests/document.h"
#include "manifests/testing/shared_data.h"
#include "support/homelab.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace ducksnest::testing {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// Two more control-plane nodes before the first worker, with host keys nobody has.
std::string with_three_control_planes(std::string text) {
    io::OsRandom random;
    std::string more;
    for (const int number : {2, 3}) {
        more += fmt::format(
            "[nodes.control-plane-{0}]\nsite = \"aws\"\nrole = \"control-plane\"\n"
            "instance = \"t3.medium\"\naddress = \"10.20.{0}.10\"\nhost_key = \"{1}\"\n\n",
            number,
            age::make_host_key(random, "test").public_line
        );
    }
    const std::size_t at = text.find("[nodes.firebat]");
    return text.insert(at, more);
}

std::string kubernetes_folder() {
    const std::string cache = variable("XDG_CACHE_HOME");
    return (cache.empty() ? variable("HOME") + "/.cache" : cache) + "/ducksnest/kubernetes";
}

} // namespace

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

LocalHomelab::LocalHomelab(int control_planes) {
    const std::string text = example_text();
    write_file(
        folder() + "/homelab.toml", control_planes == 3 ? with_three_control_planes(text) : text
    );
    fs::create_directories(scratch(""));
    definitions_ = scratch("calico.yaml");
    if (const auto found = manifests::testing::calico_definitions_text()) {
        write_file(definitions_, *found);
        return;
    }
    const std::string url(manifests::calico_definitions().url);
    if (run(fmt::format("curl -fsSL -m 120 -o {} {}", definitions_, url)).exit != 0) {
        fmt::print("skipped: there is no local copy of Calico's definitions, and no {}\n", url);
        std::fflush(stdout);
        std::_Exit(77); // SKIP_RETURN_CODE
    }
}

LocalHomelab::~LocalHomelab() {
    ducksnest("down -q");
}

cli::Outcome LocalHomelab::run(const std::string& command) const {
    return cli::run_piped(
        command,
        "",
        {.folder = scratch(""),
         .environment =
             {{"PATH", variable("PATH")},
              {"HOME", variable("HOME")},
              {"XDG_CACHE_HOME", variable("XDG_CACHE_HOME")},
              {"XDG_STATE_HOME", place_ / "state"},
              {"KUBECONFIG", kubeconfig()},
              {"LC_ALL", "C.UTF-8"}}}
    );
}

cli::Outcome
LocalHomelab::ducksnest(const std::string& arguments, const std::string& before) const {
    const bool wants = arguments.starts_with("bootstrap") || arguments.starts_with("up --local");
    return run(fmt::format(
        "{} {} {} -C {} {}",
        before,
        DUCKSNEST_PROGRAM,
        arguments,
        folder(),
        wants ? "--definitions " + definitions_ : std::string()
    ));
}

cli::Outcome LocalHomelab::kubectl(const std::string& arguments) const {
    return run(fmt::format(
        "{}/v{}/bin/kubectl {}", kubernetes_folder(), plan().kubernetes_version, arguments
    ));
}

plan::Plan LocalHomelab::plan() const {
    return plan::make_plan(homelab_of(read_file(folder() + "/homelab.toml")));
}

pid_t LocalHomelab::process_of(const std::string& node, const std::string& unit) const {
    const Result<Json> json = Json::parse(read_file(ground() + "/ground.json"));
    const Result<local::GroundState> state =
        json ? local::parse_ground_state(*json) : Result<local::GroundState>();
    for (const local::RunningProcess& process : state->processes) {
        if (process.node == node && process.unit == unit) {
            return static_cast<pid_t>(process.id.pid);
        }
    }
    return 0;
}

std::vector<std::string> LocalHomelab::processes() const {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
        const std::string line = read_file(entry.path() / "cmdline");
        if (line.contains(ground())) {
            found.push_back(line.substr(0, line.find('\0')));
        }
    }
    return found;
}

Operator::Operator(const LocalHomelab& homelab, const std::string& kubeconfig) {
    const std::string path = kubeconfig.empty() ? homelab.kubeconfig() : kubeconfig;
    const auto read = [&](const std::string& name) -> Result<Bytes> {
        const bool is_absolute = name.starts_with('/');
        return to_bytes(
            read_file(is_absolute ? name : (fs::path(path).parent_path() / name).string())
        );
    };
    Result<kube::Access> access =
        kube::read_kubeconfig(manifests::read_document(path, read_file(path)).value(), read);
    if (!access) {
        throw std::runtime_error(describe(access.error()));
    }
    http_ = std::make_unique<io::CurlHttp>(HttpOptions{
        .authorities = access->authorities,
        .certificate = access->certificate,
        .key = std::move(access->key)
    });
    client_ = std::make_unique<kube::Client>(
        *http_, timer_, random_, kube::ClientOptions{.server = access->server}
    );
}

} // namespace ducksnest::testing
