#include "certs/example_homelab.h"

#include "base/text.h"
#include "io/posix_files.h"
#include "plan/plan.h"
#include "support/homelab.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ducksnest::testing {
namespace {

constexpr std::string_view begin_of_node = "[nodes.";
constexpr std::string_view begin_of_key = "host_key = \"";

/// The first two words of a .pub file.
std::string public_line(const std::string& path) {
    const std::string text = read_text(path + ".pub");
    const std::vector<std::string_view> words = split(text, ' ');
    return std::string(words.at(0)) + " " + std::string(words.at(1));
}

void replace_value(std::string& text, std::size_t at, const std::string& value) {
    text.replace(at, text.find('"', at) - at, value);
}

} // namespace

std::string read_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

ExampleHomelab::ExampleHomelab() {
    for (const char* name : {"homelab", "keys", "scratch"}) {
        std::filesystem::create_directory(place_ / name);
    }
    const auto make_key = [&](const std::string& name, const std::string& kind) {
        const Ran made = run(fmt::format("ssh-keygen -q -t {} -N '' -f '{}'", kind, key(name)));
        REQUIRE_MESSAGE(made.exit == 0, made.err);
        return public_line(key(name));
    };
    std::string text = example_text();
    const std::size_t operators = text.find("operators = [\"");
    replace_value(text, text.find('"', operators) + 1, make_key("operator", "ed25519"));
    for (std::size_t at = text.find(begin_of_node); at != std::string::npos;
         at = text.find(begin_of_node, at + 1)) {
        const std::size_t name = at + begin_of_node.size();
        const std::string node = text.substr(name, text.find(']', name) - name);
        nodes_.push_back(node);
        const std::size_t value = text.find(begin_of_key, at) + begin_of_key.size();
        replace_value(text, value, make_key(node, node == "old" ? "rsa -b 2048" : "ed25519"));
    }
    write_text(text);
}

std::string ExampleHomelab::text() const {
    return read_text(folder() + "/homelab.toml");
}

void ExampleHomelab::write_text(const std::string& text) const {
    std::ofstream(folder() + "/homelab.toml", std::ios::binary) << text;
}

pki::TrustPlan ExampleHomelab::trust() const {
    return plan::make_plan(homelab_of(text())).trust;
}

Tree ExampleHomelab::tree() const {
    return io::PosixFiles(folder()).read_tree("secrets").value();
}

Ran ExampleHomelab::ducksnest(const std::string& arguments) const {
    return run(fmt::format("'{}' {} -C '{}' --no-input", DUCKSNEST_PROGRAM, arguments, folder()));
}

Ran ExampleHomelab::run(const std::string& command) const {
    const std::string out = place_ / "out";
    const std::string err = place_ / "err";
    const std::string line = fmt::format("{{ {}; }} >'{}' 2>'{}' </dev/null", command, out, err);
    const int status = std::system(line.c_str()); // NOLINT(bugprone-command-processor)
    return {
        .exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
        .out = read_text(out),
        .err = read_text(err),
    };
}

} // namespace ducksnest::testing
