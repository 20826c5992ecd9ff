// The CIS rules on what really runs: arguments from /proc, files and modes from the disk.

#include "planned_plane.h"
#include "support/cis.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

int mode_of(const std::string& path) {
    struct stat status{};
    REQUIRE(lstat(path.c_str(), &status) == 0);
    return static_cast<int>(status.st_mode & 07777U);
}

void take_secret_modes(AuditedNode& node, const std::string& folder) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            node.secret_modes.emplace(
                entry.path().lexically_relative(folder).string(), mode_of(entry.path().string())
            );
        }
    }
}

/// "secretbox" of {"resources":[{"providers":[{"secretbox":…},…]}]}.
std::string first_provider(const std::string& path) {
    const Result<Json> config = Json::parse(read_text(path));
    REQUIRE(config);
    const Json& resource = config->find("resources")->as_array()->front();
    const Json& provider = resource.find("providers")->as_array()->front();
    return provider.as_object()->front().first;
}

} // namespace

TEST_CASE("CIS: every rule holds for the processes that run and the files they read") {
    PlannedPlane plane;
    for (const plan::NodePlan& planned : plane.plan().nodes) {
        CAPTURE(planned.name);
        const std::string root = plane.node_folder(planned.name);
        AuditedNode node = audited(plane.plan(), planned);
        for (auto& [path, file] : node.files) {
            if (std::filesystem::exists(root + path)) {
                file.mode = mode_of(root + path);
                const Result<Json> content =
                    Json::parse(without_root(read_text(root + path), root));
                file.content = content ? *content : file.content;
            }
        }
        take_secret_modes(node, root + "/run/ducksnest/secrets");
        CHECK(!node.secret_modes.empty());
        if (planned.role == model::Role::control_plane) {
            for (const char* unit :
                 {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}) {
                set_running(node, unit, plane.running_arguments(planned.name, unit), root);
            }
            node.etcd_data_mode = mode_of(root + "/var/lib/etcd");
            for (const std::string& argument : node.arguments.at("kube-apiserver")) {
                constexpr std::string_view flag = "--encryption-provider-config=";
                if (argument.starts_with(flag)) {
                    node.encryption_provider = first_provider(root + argument.substr(flag.size()));
                }
            }
        }
        for (const CisFinding& finding : audit_cis(node)) {
            CAPTURE(finding.id);
            CHECK(finding.verdict != CisVerdict::fails);
        }
    }
}
