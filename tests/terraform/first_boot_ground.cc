#include "terraform/first_boot_ground.h"

#include "support/golden.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace ducksnest::testing {
namespace fs = std::filesystem;
namespace {

constexpr const char* system_path =
    "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-standby-1-25.11";

} // namespace

FirstBootGround::FirstBootGround() {
    write("script", first_boot_script());
    fs::create_directories(path("root"));
    fs::create_directories(path("bin"));
    for (const auto& stand_in :
         fs::directory_iterator(DUCKSNEST_SOURCE_DIR "/tests/terraform/stand_ins")) {
        fs::copy(stand_in.path(), path("bin"));
    }
}

Boot FirstBootGround::boot(int killed_at) const {
    fs::remove(path("count"));
    // A machine that starts again has no services of before.
    fs::remove_all(path("root/run"));
    const std::string command = fmt::format(
        "cd '{0}' && env -i PATH='{0}/bin':/usr/bin:/bin HOME='{0}' GROUND='{0}' KILLED_AT={1} "
        "DUCKSNEST_ROOT='{0}/root' DUCKSNEST_PAUSE=0 DUCKSNEST_TRIES=3 setsid --wait bash script "
        ">log 2>&1",
        place_.path(),
        killed_at
    );
    const int status = std::system(command.c_str());
    return {
        .exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
        .log = read("log"),
    };
}

std::string FirstBootGround::calls() const {
    return exists("calls") ? read("calls") : std::string();
}

int FirstBootGround::call_count() const {
    const std::string lines = calls();
    return static_cast<int>(std::ranges::count(lines, '\n'));
}

bool FirstBootGround::exists(const std::string& name) const {
    return fs::exists(fs::symlink_status(path(name)));
}

std::string FirstBootGround::read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void FirstBootGround::write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
}

void check_booted(const FirstBootGround& ground) {
    CHECK(ground.read("root/var/lib/ducksnest/first-boot") == std::string(system_path) + "\n");
    CHECK(
        std::filesystem::read_symlink(ground.path("root/nix/var/nix/profiles/system")) ==
        system_path
    );
    CHECK(ground.exists("root/var/lib/switched"));
    CHECK_FALSE(ground.exists("root/run/tailscaled"));
    // A single-use key is not taken twice.
    CHECK(ground.read("keys_used") == "joined\n");
}

std::string first_boot_script() {
    const std::map<std::string, std::string> values{
        {"cache_host", "ducksnest-nix-cache.s3.ap-northeast-2.amazonaws.com"},
        {"cache_public_key", "ducksnest-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        {"cache_store", "s3://ducksnest-nix-cache?region=ap-northeast-2"},
        {"homelab", "ducksnest"},
        {"node", "standby-1"},
        {"region", "ap-northeast-2"},
        {"tailnet_tag", "tag:standby"},
    };
    std::string text = read_source_file("terraform/first-boot.sh.tftpl");
    for (const auto& [name, value] : values) {
        const std::string placeholder = "${" + name + "}";
        for (std::size_t at = text.find(placeholder); at != std::string::npos;
             at = text.find(placeholder)) {
            text.replace(at, placeholder.size(), value);
        }
    }
    return text;
}

const std::vector<std::string>& first_boot_secrets() {
    static const std::vector<std::string> secrets{
        "metadata-session-7d1", "role-secret-key-52c", "role-session-token-9ab", "host-key-3e8"
    };
    return secrets;
}

} // namespace ducksnest::testing
