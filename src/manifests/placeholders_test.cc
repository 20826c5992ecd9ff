#include "manifests/placeholders.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ducksnest::manifests {
namespace {

const Values values{
    {"dns_ip", "10.96.0.10"},
    {"domain", "cluster.local"},
    {"ipv6", false},
    {"labels", Json::object({{"a", "b"}})},
    {"mtu", 1230},
    {"sites", Json::strings({"aws", "home"})},
    {"unused", "never"},
};

/// The document as JSON, or the diagnostics as the user sees them.
std::string filled(std::string text) {
    diag::Sources sources;
    std::vector<diag::Diagnostic> diagnostics;
    const std::uint32_t file = sources.add("dns.yaml", std::move(text));
    const std::vector<YamlNode> documents = parse_yaml(sources, file, diagnostics);
    REQUIRE(diagnostics.empty());
    REQUIRE(documents.size() == 1);
    const Json json =
        fill(documents.front(), {.sources = sources, .values = values, .diagnostics = diagnostics});
    std::string out = diagnostics.empty() ? json.dump() : "";
    for (const diag::Diagnostic& diagnostic : diagnostics) {
        out += diag::render(diagnostic, sources);
    }
    return out;
}

} // namespace

TEST_CASE("a scalar that is only a placeholder takes its type") {
    CHECK(filled("a: ${mtu}") == "{\"a\":1230}");
    CHECK(filled("a: ${ipv6}") == "{\"a\":false}");
    CHECK(filled("a: ${domain}") == "{\"a\":\"cluster.local\"}");
    CHECK(filled("a: ${sites}") == "{\"a\":[\"aws\",\"home\"]}");
    CHECK(filled("a: ${labels}") == "{\"a\":{\"a\":\"b\"}}");
    CHECK(filled("- ${mtu}\n- ${sites}") == "[1230,[\"aws\",\"home\"]]");
}

TEST_CASE("quotes and surrounding text make a string") {
    CHECK(filled("a: \"${mtu}\"") == "{\"a\":\"1230\"}");
    CHECK(filled("a: '${ipv6}'") == "{\"a\":\"false\"}");
    CHECK(
        filled("a: dns at ${dns_ip} in ${domain}") ==
        "{\"a\":\"dns at 10.96.0.10 in cluster.local\"}"
    );
    CHECK(filled("a: ${mtu}${mtu}") == "{\"a\":\"12301230\"}");
    CHECK(filled("a: |\n  zone ${domain} {\n  }\n") == "{\"a\":\"zone cluster.local {\\n}\\n\"}");
}

TEST_CASE("a doubled dollar is a literal") {
    CHECK(filled("a: $${mtu}") == "{\"a\":\"${mtu}\"}");
    CHECK(filled("a: echo $${HOME} ${mtu}") == "{\"a\":\"echo ${HOME} 1230\"}");
    CHECK(filled("a: $(NAME) $5 $") == "{\"a\":\"$(NAME) $5 $\"}");
}

TEST_CASE("an unknown placeholder names its place and the likely one") {
    CHECK(
        filled("a:\n  b: x ${dns_op}\n") == "error[E0803]: no placeholder is called `dns_op`\n"
                                            "  --> dns.yaml:2:8\n"
                                            "   |\n"
                                            " 2 |   b: x ${dns_op}\n"
                                            "   |        ^^^^^^^^^\n"
                                            "   = help: did you mean `dns_ip`?\n"
    );
    CHECK(
        filled("a: ${color}") ==
        "error[E0803]: no placeholder is called `color`\n"
        "  --> dns.yaml:1:4\n"
        "   |\n"
        " 1 | a: ${color}\n"
        "   |    ^^^^^^^^\n"
        "   = help: known are: dns_ip, domain, ipv6, labels, mtu, sites, unused\n"
    );
}

TEST_CASE("every mistake is reported, not only the first") {
    CHECK(
        filled("a: ${one}\nb: ${two}\nc: yes\n") ==
        "error[E0803]: no placeholder is called `one`\n"
        "  --> dns.yaml:1:4\n"
        "   |\n"
        " 1 | a: ${one}\n"
        "   |    ^^^^^^\n"
        "   = help: known are: dns_ip, domain, ipv6, labels, mtu, sites, unused\n"
        "error[E0803]: no placeholder is called `two`\n"
        "  --> dns.yaml:2:4\n"
        "   |\n"
        " 2 | b: ${two}\n"
        "   |    ^^^^^^\n"
        "   = help: known are: dns_ip, domain, ipv6, labels, mtu, sites, unused\n"
        "error[E0802]: `yes` is a boolean to some readers of YAML and a string to others\n"
        "  --> dns.yaml:3:4\n"
        "   |\n"
        " 3 | c: yes\n"
        "   |    ^^^\n"
        "   = help: quote it: \"yes\"\n"
    );
}

TEST_CASE("what is no placeholder says how to write one") {
    CHECK(
        filled("a: ${HOME}") ==
        "error[E0803]: `${HOME}` is no placeholder\n"
        "  --> dns.yaml:1:4\n"
        "   |\n"
        " 1 | a: ${HOME}\n"
        "   |    ^^\n"
        "   = help: a placeholder is `${name}` in lower case; write `$${` for a literal `${`\n"
    );
    CHECK(filled("a: ${").starts_with("error[E0803]: `${` is no placeholder\n"));
    CHECK(filled("a: ${}").starts_with("error[E0803]: `${}` is no placeholder\n"));
}

TEST_CASE("lists stand alone and keys stand firm") {
    CHECK(
        filled("a: in ${sites}") ==
        "error[E0803]: `sites` is no single value and cannot stand inside a string\n"
        "  --> dns.yaml:1:7\n"
        "   |\n"
        " 1 | a: in ${sites}\n"
        "   |       ^^^^^^^^\n"
        "   = help: write `${sites}` alone and without quotes\n"
    );
    CHECK(
        filled("${domain}: 1") == "error[E0803]: a key cannot hold a placeholder\n"
                                  "  --> dns.yaml:1:1\n"
                                  "   |\n"
                                  " 1 | ${domain}: 1\n"
                                  "   | ^^^^^^^^^\n"
                                  "   = help: give the whole mapping as one placeholder instead\n"
    );
}

} // namespace ducksnest::manifests
