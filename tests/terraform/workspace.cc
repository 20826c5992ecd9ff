#include "terraform/workspace.h"

#include "plan/plan.h"
#include "render/tree.h"
#include "support/homelab.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ducksnest::testing {
namespace fs = std::filesystem;
namespace {

Told run(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    Told told;
    std::array<char, 4096> buffer{};
    while (const std::size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) {
        told.text.append(buffer.data(), count);
    }
    const int status = pclose(pipe);
    told.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return told;
}

std::string tools() {
    Told told = run("'" DUCKSNEST_SOURCE_DIR "/tools/tofu.sh'");
    REQUIRE_MESSAGE(told.exit == 0, "there is no OpenTofu: see tools/tofu.sh");
    told.text.pop_back();
    return told.text;
}

} // namespace

Workspace::Workspace(const std::string& homelab)
    : tools_(tools()) {
    render(homelab);
    write(
        "../tofurc",
        fmt::format(
            "provider_installation {{\n  filesystem_mirror {{\n    path = \"{}/mirror\"\n  "
            "}}\n}}\n",
            tools_
        )
    );
    write(
        "state_override.tf.json",
        R"({"terraform": {"backend": {"local": {"path": "terraform.tfstate"}}}})"
    );
    const Told told = tofu("init -input=false");
    REQUIRE_MESSAGE(told.exit == 0, told.text);
}

void Workspace::render(const std::string& homelab) const {
    for (const auto& [path, file] : render::render_tree(plan::make_plan(homelab_of(homelab)))) {
        if (path.starts_with("terraform/")) {
            write(path.substr(path.find('/') + 1), std::string(as_text(file.bytes)));
        }
    }
}

void Workspace::write(const std::string& name, const std::string& text) const {
    const fs::path path = fs::path(place_ / "terraform") / name;
    fs::create_directories(place_ / "terraform");
    std::ofstream(path, std::ios::binary) << text;
}

Told Workspace::tofu(const std::string& arguments) const {
    return run(fmt::format(
        "cd '{0}/terraform' && env -u AWS_PROFILE TF_CLI_CONFIG_FILE='{0}/tofurc' "
        "TF_IN_AUTOMATION=1 "
        "CHECKPOINT_DISABLE=1 NO_COLOR=1 '{1}/tofu' {2} 2>&1 </dev/null",
        place_.path(),
        tools_,
        arguments
    ));
}

Json Workspace::state() const {
    const Told told = tofu("show -json");
    REQUIRE_MESSAGE(told.exit == 0, told.text);
    Result<Json> json = Json::parse(told.text, JsonNumbers::any);
    REQUIRE(json.has_value());
    return std::move(*json);
}

Json Workspace::resource(const Json& state, std::string_view address) {
    const Json* resources = state.find("values")->find("root_module")->find("resources");
    for (const Json& each : *resources->as_array()) {
        if (*each.find("address")->as_string() == address) {
            return *each.find("values");
        }
    }
    FAIL("no resource ", std::string(address), " in the state");
    return {};
}

} // namespace ducksnest::testing
