#include "age/age.h"
#include "base/encoding.h"
#include "certs/example_homelab.h"
#include "io/tree_reader.h"
#include "pki/p256.h"
#include "pki/paths.h"
#include "pki/store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

using namespace ducksnest;
using namespace ducksnest::pki;
using ducksnest::testing::ExampleHomelab;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;

namespace {

/// Every form in which a private key could have slipped out: its PEM lines, and its number as raw
/// bytes, hexadecimal and base64.
std::vector<std::string> traces_of(const ExampleHomelab& lab) {
    const std::vector<age::Identity> identities{
        age::Identity::parse_openssh(read_text(lab.key("operator"))).value()
    };
    std::vector<std::string> traces;
    for (const auto& [path, file] : lab.tree()) {
        if (!path.ends_with(".key.age")) {
            continue;
        }
        const Secret opened = age::decrypt(file.bytes, identities).value();
        const std::string_view text = as_text(opened.view());
        ByteView number = opened.view();
        std::optional<PrivateKey> key;
        if (text.starts_with("-----BEGIN ")) {
            traces.emplace_back(text.substr(text.find('\n') + 1, 60));
            key = PrivateKey::parse_pem(opened.view()).value();
            number = key->scalar();
        }
        traces.emplace_back(as_text(number));
        traces.push_back(encode_hex(number));
        traces.push_back(encode_base64(number));
    }
    CHECK(traces.size() > 100);
    return traces;
}

/// The first place where one of the traces stands.
std::string find_trace(
    const std::vector<std::string>& traces,
    const std::vector<std::pair<std::string, std::string>>& texts
) {
    for (const auto& [place, text] : texts) {
        if (text.contains("-----BEGIN PRIVATE KEY") || text.contains("-----BEGIN EC PRIVATE KEY")) {
            return place;
        }
        for (const std::string& trace : traces) {
            if (text.contains(trace)) {
                return place;
            }
        }
    }
    return "nowhere";
}

std::vector<std::pair<std::string, std::string>> all_texts(const ExampleHomelab& lab) {
    std::vector<std::pair<std::string, std::string>> texts;
    const Tree tree = io::read_tree(lab.folder()).value();
    for (const auto& [path, file] : tree) {
        texts.emplace_back(path, as_text(file.bytes));
    }
    return texts;
}

} // namespace

TEST_CASE("no private key stands in the homelab's folder or in anything that is said") {
    const ExampleHomelab lab;
    std::vector<std::pair<std::string, std::string>> said;
    const auto run = [&](const std::string& arguments) {
        const Ran ran = lab.ducksnest(arguments);
        REQUIRE_MESSAGE(ran.exit == 0, ran.err);
        said.emplace_back(arguments + " (out)", ran.out);
        said.emplace_back(arguments + " (err)", ran.err);
    };
    const std::string identity = fmt::format(" -i '{}'", lab.key("operator"));
    run("certs recreate --verbose");
    const std::vector<std::string> first = traces_of(lab);
    run("certs status");
    run("certs status --json");
    run("certs verify --verbose" + identity);
    run("certs verify --json" + identity);
    run("certs renew --json" + identity);
    run("certs rotate-ca --step --verbose" + identity);
    run("certs rotate-ca --json" + identity);
    run("render");
    run("plan --json");
    std::vector<std::string> traces = traces_of(lab);
    traces.insert(traces.end(), first.begin(), first.end());
    std::vector<std::pair<std::string, std::string>> texts = all_texts(lab);
    texts.insert(texts.end(), said.begin(), said.end());
    CHECK(find_trace(traces, texts) == "nowhere");

    // The same search finds a key that is planted, in any form.
    for (const std::string& trace : {first.front(), first[1], first[2], first[3]}) {
        auto planted = texts;
        planted.insert(planted.begin() + 3, {"planted", "{\"note\": \"" + trace + "\"}"});
        CHECK(find_trace(traces, planted) == "planted");
    }
}

TEST_CASE("a recipient's private half in the homelab's folder stops every verb") {
    const ExampleHomelab lab;
    REQUIRE(lab.ducksnest("certs recreate").exit == 0);
    REQUIRE(
        lab.run(fmt::format("cp '{}' '{}/deploy-key'", lab.key("old"), lab.folder())).exit == 0
    );
    for (const char* verb : {"recreate --yes", "renew", "rotate-ca", "status", "verify"}) {
        const Ran ran = lab.ducksnest(fmt::format("certs {}", verb));
        CHECK(ran.exit == 6);
        CHECK(
            ran.err ==
            "error: `deploy-key` is the private half of the host key of `old`, and lies in the "
            "homelab's folder\n"
            "  = help: whoever gets the folder could open every secret of that key: make a new key "
            "outside of it, and never use this one again\n"
        );
    }
}

TEST_CASE("PEM keys of older ssh-keygen and age identities are found as well") {
    const ExampleHomelab lab;
    REQUIRE(
        lab.run(fmt::format(
                    "ssh-keygen -q -p -N '' -m PEM -f '{0}' && cp '{0}' '{1}/pem-key'",
                    lab.key("old"),
                    lab.folder()
                ))
            .exit == 0
    );
    CHECK(lab.ducksnest("certs recreate").err.starts_with("error: `pem-key` is the private half"));
    const ExampleHomelab other;
    const Ran made = other.run(fmt::format("age-keygen -o '{}/age.txt'", other.folder()));
    REQUIRE(made.exit == 0);
    std::string text = other.text();
    const std::string recipient = made.err.substr(made.err.find("age1"), 62);
    text.replace(text.find("operators = [") + 13, 0, "\"" + recipient + "\", ");
    other.write_text(text);
    CHECK(other.ducksnest("certs recreate")
              .err.starts_with("error: `age.txt` is the private half of the key of an operator"));
}
