#include "manifests/placeholders.h"
#include "manifests/yaml_writer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ducksnest::manifests {
namespace {

Json read_back(std::string text) {
    diag::Sources sources;
    std::vector<diag::Diagnostic> diagnostics;
    const std::uint32_t file = sources.add("out.yaml", std::move(text));
    const std::vector<YamlNode> documents = parse_yaml(sources, file, diagnostics);
    REQUIRE(documents.size() == 1);
    // Nothing is filled in on the way back: `${x}` in a string is text by now.
    struct Plain {
        static Json of(const YamlNode& node) {
            if (const YamlScalar* scalar = node.as_scalar()) {
                return scalar->is_plain ? Json::parse(scalar->text).value() : Json(scalar->text);
            }
            if (const auto* items = node.as_sequence()) {
                Json::Array out;
                for (const YamlNode& item : *items) {
                    out.push_back(of(item));
                }
                return {std::move(out)};
            }
            Json::Object out;
            for (const YamlMember& member : *node.as_mapping()) {
                out.emplace_back(member.key.text, of(member.value));
            }
            return Json::object(std::move(out));
        }
    };
    REQUIRE(diagnostics.empty());
    return Plain::of(documents.front());
}

} // namespace

TEST_CASE("an object is written as people write it, strings quoted") {
    const Json object = Json::object(
        {{"spec",
          Json::object(
              {{"ports", Json::array({Json::object({{"port", 53}, {"name", "dns"}})})},
               {"none", Json::Array()},
               {"empty", Json::object({})}}
          )},
         {"metadata",
          Json::object({{"name", "kube-dns"}, {"labels", Json::object({{"on", "yes"}})}})},
         {"kind", "Service"},
         {"apiVersion", "v1"},
         {"data", Json::object({{"Corefile", ".:53 {\n    errors\n}\n"}, {"012", nullptr}})}}
    );
    const std::string text = "apiVersion: \"v1\"\n"
                             "kind: \"Service\"\n"
                             "metadata:\n"
                             "  labels:\n"
                             "    \"on\": \"yes\"\n"
                             "  name: \"kube-dns\"\n"
                             "data:\n"
                             "  \"012\": null\n"
                             "  Corefile: |\n"
                             "    .:53 {\n"
                             "        errors\n"
                             "    }\n"
                             "spec:\n"
                             "  empty: {}\n"
                             "  none: []\n"
                             "  ports:\n"
                             "    - name: \"dns\"\n"
                             "      port: 53\n";
    CHECK(write_yaml(object) == text);
    CHECK(read_back(text) == object);
}

TEST_CASE("text that a block would change is quoted") {
    for (const std::string value :
         {"",      "\n",          "a\n\n", " a\nb",        "\na", "a\n\n\nb\n", "a\tb\nc",
          "tab\t", "\xc3\xa9\nx", "a \nb", "# no comment", "- a", "a: b",       "${x}",
          "a\nb",  "x\r\ny",      "\"",    "\\",           "~",   "\x7f"}) {
        CAPTURE(value);
        const Json json = Json::object({{"a", value}, {"b", Json::array({value, 1})}});
        CHECK(read_back(write_yaml(json)) == json);
    }
}

TEST_CASE("values of every type come back, also at the top") {
    CHECK(write_yaml(Json(7)) == "7\n");
    CHECK(write_yaml(Json("x")) == "\"x\"\n");
    CHECK(write_yaml(Json::array({Json::array({1, 2}), true})) == "- - 1\n  - 2\n- true\n");
    CHECK(write_yaml(Json::object({})) == "{}\n");
}

} // namespace ducksnest::manifests
