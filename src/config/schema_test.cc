#include "config/load.h"
#include "config/schema.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

using namespace ducksnest;
using namespace ducksnest::config;

namespace {

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// A file with every key of the schema, written as its example.
std::string whole_file() {
    std::string text;
    for (const Section& section : schema()) {
        std::string header = header_of(section);
        if (const std::size_t name = header.find("NAME"); name != std::string::npos) {
            header.replace(name, 4, "one");
        }
        text += header + "\n";
        for (const Key& key : section.keys) {
            text += std::string(key.name) + " = " + std::string(key.example) + "\n";
        }
    }
    return text;
}

Loaded load_text(diag::Sources& sources, std::string text) {
    return load(sources, sources.add("homelab.toml", std::move(text)));
}

} // namespace

TEST_CASE("docs/homelab.toml.md says what the schema says") {
    const std::string path = DUCKSNEST_SOURCE_DIR "/docs/homelab.toml.md";
    const char* accept = std::getenv("DUCKSNEST_ACCEPT");
    if (accept != nullptr && std::string(accept) == "1") {
        std::ofstream(path, std::ios::binary) << schema_markdown();
    }
    CHECK_MESSAGE(
        read_text(path) == schema_markdown(),
        "run `DUCKSNEST_ACCEPT=1 ctest --preset dev -R config_test`"
    );
}

TEST_CASE("the schema's own examples load") {
    diag::Sources sources;
    const Loaded loaded = load_text(sources, whole_file());
    CHECK(diag::render_all(loaded.diagnostics, sources) == "");
    CHECK(loaded.homelab.has_value());
}

TEST_CASE("every key of the schema is read, and complains about a wrong type") {
    for (const Section& section : schema()) {
        for (const Key& key : section.keys) {
            const std::string line =
                std::string(key.name) + " = " + std::string(key.example) + "\n";
            std::string text = whole_file();
            const std::size_t header = text.find(
                section.shape == Shape::named ? "[" + std::string(section.path) + ".one]\n"
                                              : header_of(section) + "\n"
            );
            REQUIRE(header != std::string::npos);
            text.replace(
                text.find(line, header), line.size(), std::string(key.name) + " = 1979-05-27\n"
            );
            diag::Sources sources;
            const Loaded loaded = load_text(sources, text);
            CAPTURE(key.name);
            CAPTURE(section.path);
            REQUIRE(loaded.diagnostics.size() == 1);
            CHECK(loaded.diagnostics[0].code == "E0106");
        }
    }
}

TEST_CASE("every required key is missed") {
    for (const Section& section : schema()) {
        for (const Key& key : section.keys) {
            if (key.presence != Presence::required) {
                continue;
            }
            const std::string line =
                std::string(key.name) + " = " + std::string(key.example) + "\n";
            std::string text = whole_file();
            const std::size_t header = text.find("[" + std::string(section.path));
            text.erase(text.find(line, header), line.size());
            diag::Sources sources;
            const Loaded loaded = load_text(sources, text);
            CAPTURE(key.name);
            REQUIRE(loaded.diagnostics.size() == 1);
            CHECK(loaded.diagnostics[0].code == "E0105");
        }
    }
}

TEST_CASE("the words of the schema are the spelling of the model, in its order") {
    const auto words_of = [](std::string_view path, std::string_view name) {
        for (const Key& key : section(path).keys) {
            if (key.name == name) {
                return std::vector<std::string>(key.words.begin(), key.words.end());
            }
        }
        return std::vector<std::string>();
    };
    const auto check = [&]<class E>(std::string_view path, std::string_view name, E) {
        const std::vector<std::string> words = words_of(path, name);
        REQUIRE_FALSE(words.empty());
        for (std::size_t i = 0; i < words.size(); ++i) {
            CHECK(words[i] == model::to_string(static_cast<E>(i)));
        }
        CHECK(model::to_string(static_cast<E>(words.size())).empty());
    };
    check("sites", "provider", model::Provider::own);
    check("nodes", "role", model::Role::worker);
    check("nodes", "boot", model::Boot::uefi);
    check("network.calico", "encapsulation", model::Encapsulation::vxlan);
    check("dr", "witnesses", model::Witness::tailnet);
    check("apps", "expose", model::Expose::none);
}

TEST_CASE("the shortest homelab.toml takes all defaults") {
    diag::Sources sources;
    const Loaded loaded = load_text(sources, R"([homelab]
name = "nest"
operators = ["ssh-ed25519 AAAA"]
[sites.home]
cidr = "192.168.0.0/24"
[sites.aws]
provider = "aws"
region = "ap-northeast-2"
cidr = "10.20.0.0/16"
[nodes.control-plane]
site = "aws"
role = "control-plane"
instance = "t3.medium"
[nodes.firebat]
[cache]
[database]
[logs]
[dr]
[gitops]
)");
    std::set<std::string> codes;
    for (const diag::Diagnostic& diagnostic : loaded.diagnostics) {
        codes.insert(diagnostic.code);
    }
    CHECK(codes == std::set<std::string>{"W0101", "W0402"});
    REQUIRE(loaded.homelab.has_value());
    const model::Homelab& homelab = *loaded.homelab;
    CHECK(*homelab.domain == "cluster.local");
    CHECK(*homelab.timezone == "UTC");
    CHECK(net::to_string(*homelab.network.pods) == "10.244.0.0/16");
    CHECK(net::to_string(*homelab.network.services) == "10.96.0.0/12");
    CHECK(net::to_string(*homelab.network.tailnet) == "100.64.0.0/10");
    CHECK(*homelab.network.tailnet_mtu == 1280);
    CHECK(*homelab.find_node("firebat")->site == "home");
    CHECK(*homelab.find_node("firebat")->role == model::Role::worker);
    CHECK(*homelab.find_node("control-plane")->memory == 4096);
    CHECK(*homelab.cache->bucket == "nest-nix-cache");
    CHECK(**homelab.database->bucket == "nest-backups");
    CHECK(homelab.database->rto.value == std::chrono::seconds(60));
    CHECK(*homelab.logs->bucket == "nest-logs");
    CHECK(*homelab.dr->site == "aws");
    CHECK(*homelab.dr->max_replacements == 0);
    CHECK_FALSE(homelab.gitops.has_value());
    CHECK(*homelab.certificates.leaf_days == 365);
    // A default stands where its section starts.
    CHECK(sources.at(0).place(homelab.cache->bucket.span.begin).line == 15);
}
