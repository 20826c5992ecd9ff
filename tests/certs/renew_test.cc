#include "certs/example_homelab.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

using namespace ducksnest;
using ducksnest::testing::ExampleHomelab;
using ducksnest::testing::Ran;

namespace {

using Paths = std::set<std::string>;

/// Files that are new, gone or different.
Paths difference(const Tree& before, const Tree& after) {
    Paths paths;
    for (const auto& [path, file] : before) {
        const auto found = after.find(path);
        if (found == after.end() || found->second.bytes != file.bytes) {
            paths.insert(path);
        }
    }
    for (const auto& [path, file] : after) {
        if (!before.contains(path)) {
            paths.insert(path);
        }
    }
    return paths;
}

/// What `certs renew` changes.
Paths renew(const ExampleHomelab& lab) {
    const Tree before = lab.tree();
    const Ran ran = lab.ducksnest(fmt::format("certs renew -i '{}'", lab.key("operator")));
    REQUIRE_MESSAGE(ran.exit == 0, ran.err);
    return difference(before, lab.tree());
}

/// Every file with its inode and the time of its last change.
std::string stamps(const ExampleHomelab& lab) {
    return lab.run(fmt::format("find '{}' -printf '%P %i %C@\\n' | sort", lab.secrets())).out;
}

/// A line more at the beginning of a node's section.
void add_line(const ExampleHomelab& lab, const std::string& node, const std::string& line) {
    std::string text = lab.text();
    const std::string header = fmt::format("[nodes.{}]\n", node);
    text.insert(text.find(header) + header.size(), line + "\n");
    lab.write_text(text);
}

} // namespace

TEST_CASE("a second renewal touches no file") {
    const ExampleHomelab lab;
    CHECK(renew(lab).size() > 80);
    const std::string before = stamps(lab);
    CHECK(before.contains("index.json"));
    CHECK(renew(lab).empty());
    CHECK(stamps(lab) == before);
}

TEST_CASE("one name more changes the files that carry it, on every node") {
    const ExampleHomelab lab;
    renew(lab);
    for (const std::string& node : lab.nodes()) {
        add_line(lab, node, fmt::format("names = [\"{}.example.com\"]", node));
        Paths wanted{"index.json"};
        for (const pki::CertificateSpec& spec : lab.trust().certificates) {
            if (std::ranges::count(spec.dns_names, node + ".example.com") != 0) {
                wanted.insert(spec.name + ".crt");
                wanted.insert(spec.name + ".key.age");
            }
        }
        CHECK(wanted.size() >= 3);
        CHECK(renew(lab) == wanted);
        CHECK(renew(lab).empty());
    }
}

TEST_CASE("a node more gets its certificates, and no other file changes; a node less loses them") {
    const ExampleHomelab lab;
    renew(lab);
    const std::string before = lab.text();
    REQUIRE(
        lab.run(fmt::format("ssh-keygen -q -t ed25519 -N '' -f '{}'", lab.key("attic"))).exit == 0
    );
    lab.write_text(
        before +
        fmt::format(
            "\n[nodes.attic]\nsite = \"home\"\naddress = \"192.168.0.77\"\ncpus = 4\n"
            "memory = \"8GiB\"\ndisk = \"100GiB\"\nhost_key = \"{}\"\n",
            lab.run(fmt::format("cut -d ' ' -f 1,2 '{}.pub' | tr -d '\\n'", lab.key("attic"))).out
        )
    );
    Paths wanted{"index.json"};
    for (const pki::CertificateSpec& spec : lab.trust().certificates) {
        if (spec.owners == std::vector<std::string>{"attic"}) {
            wanted.insert(spec.name + ".crt");
            wanted.insert(spec.name + ".key.age");
        }
    }
    CHECK(wanted.size() > 5);
    CHECK(renew(lab) == wanted);
    CHECK(renew(lab).empty());
    lab.write_text(before);
    CHECK(renew(lab) == wanted);
    CHECK(renew(lab).empty());
}
