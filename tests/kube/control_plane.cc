#include "control_plane.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace ducksnest::testing {

std::string read_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string run_shell(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    std::string output;
    std::array<char, 65536> chunk{};
    for (std::size_t got = 1; pipe != nullptr && got > 0;) {
        got = fread(chunk.data(), 1, chunk.size(), pipe);
        output.append(chunk.data(), got);
    }
    if (pipe == nullptr || pclose(pipe) != 0) {
        throw std::runtime_error("failed: " + command + "\n" + output);
    }
    return output;
}

ControlPlane::ControlPlane(std::initializer_list<std::string_view> components) {
    std::string pattern = std::filesystem::temp_directory_path() / "control-plane.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::vector<std::string> words = {
        DUCKSNEST_SOURCE_DIR "/tests/kube/control_plane.sh", folder_.string()
    };
    words.insert(words.end(), components.begin(), components.end());
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);

    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (pipe2(input.data(), O_CLOEXEC) != 0 || pipe2(output.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    const int failed =
        posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(input[0]);
    close(output[1]);
    input_ = input[1];
    if (failed == 0) {
        read_facts(output[0]);
    }
    close(output[0]);
    if (!facts_.contains("ready")) {
        stop();
        throw std::runtime_error("the control plane did not start: see the lines above");
    }
}

void ControlPlane::read_facts(int out) {
    std::string line;
    for (char byte = 0; !facts_.contains("ready") && read(out, &byte, 1) == 1;) {
        if (byte != '\n') {
            line += byte;
            continue;
        }
        const std::size_t equals = line.find('=');
        facts_[line.substr(0, equals)] =
            equals == std::string::npos ? std::string() : line.substr(equals + 1);
        line.clear();
    }
}

ControlPlane::~ControlPlane() {
    stop();
}

void ControlPlane::stop() {
    close(input_);
    int status = 0;
    if (pid_ > 0) {
        waitpid(pid_, &status, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

HttpOptions ControlPlane::credentials(const std::string& name) const {
    return {
        .authorities = read_text(folder_ / "authority.crt"),
        .certificate = read_text(folder_ / (name + ".crt")),
        .key = Secret(as_bytes(read_text(folder_ / (name + ".key")))),
    };
}

ControlPlane& control_plane() {
    static ControlPlane instance;
    return instance;
}

RealKube::RealKube(HttpOptions credentials, std::string server)
    : http(std::move(credentials))
    , client(http, timer, random, {.server = std::move(server)}) {}

} // namespace ducksnest::testing
