#include "support/json_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

namespace ducksnest::testing {
namespace {

constexpr std::array<std::string_view, 13> known_keywords{
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "const",
    "description",
    "enum",
    "items",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
};

std::string_view type_of(const Json& json) {
    if (json.is_null()) {
        return "null";
    }
    if (json.as_bool() != nullptr) {
        return "boolean";
    }
    if (json.as_int() != nullptr) {
        return "integer";
    }
    if (json.as_string() != nullptr) {
        return "string";
    }
    return json.as_array() != nullptr ? "array" : "object";
}

class Validator {
public:
    explicit Validator(const Json& root)
        : root_(root) {}

    std::vector<std::string> violations{};

    void check(const Json& schema, const Json& value, const std::string& at) {
        if (const bool* all_or_none = schema.as_bool()) {
            say(*all_or_none, at, "is not allowed");
            return;
        }
        for (const auto& [keyword, rule] : *schema.as_object()) {
            const bool is_known =
                std::ranges::find(known_keywords, keyword) != known_keywords.end();
            say(is_known, at, fmt::format("uses keyword `{}`, which nothing checks", keyword));
        }
        if (const Json* reference = schema.find("$ref")) {
            follow(*reference->as_string(), value, at);
        }
        check_value(schema, value, at);
        check_object(schema, value, at);
        check_array(schema, value, at);
    }

private:
    void say(bool is_right, const std::string& at, const std::string& problem) {
        if (!is_right) {
            violations.push_back(fmt::format("{}: {}", at.empty() ? "/" : at, problem));
        }
    }

    void follow(const std::string& reference, const Json& value, const std::string& at) {
        const std::string prefix = "#/$defs/";
        const Json* target = root_.find("$defs")->find(reference.substr(prefix.size()));
        say(target != nullptr, at, "points to a schema that does not exist: " + reference);
        if (target != nullptr) {
            check(*target, value, at);
        }
    }

    void check_value(const Json& schema, const Json& value, const std::string& at) {
        if (const Json* type = schema.find("type")) {
            const auto matches = [&](const Json& name) {
                return *name.as_string() == type_of(value);
            };
            const Json::Array* several = type->as_array();
            const bool is_right =
                several != nullptr ? std::ranges::any_of(*several, matches) : matches(*type);
            say(is_right, at, fmt::format("is {}, not {}", type_of(value), type->dump()));
        }
        if (const Json* constant = schema.find("const")) {
            say(*constant == value, at, "is not " + constant->dump());
        }
        if (const Json* choices = schema.find("enum")) {
            const bool is_one =
                std::ranges::find(*choices->as_array(), value) != choices->as_array()->end();
            say(is_one, at, fmt::format("is {}, none of {}", value.dump(), choices->dump()));
        }
        const Json* pattern = schema.find("pattern");
        if (pattern != nullptr && value.as_string() != nullptr) {
            const std::regex expression(*pattern->as_string());
            say(std::regex_search(*value.as_string(), expression), at, "does not match its pattern"
            );
        }
    }

    void check_object(const Json& schema, const Json& value, const std::string& at) {
        const Json::Object* members = value.as_object();
        if (members == nullptr) {
            return;
        }
        if (const Json* required = schema.find("required")) {
            for (const Json& name : *required->as_array()) {
                const bool is_there = value.find(*name.as_string()) != nullptr;
                say(is_there, at, fmt::format("lacks `{}`", *name.as_string()));
            }
        }
        const Json* properties = schema.find("properties");
        const Json* others = schema.find("additionalProperties");
        for (const auto& [name, member] : *members) {
            const Json* own = properties == nullptr ? nullptr : properties->find(name);
            const Json* rule = own != nullptr ? own : others;
            if (rule != nullptr) {
                check(*rule, member, at + "/" + name);
            }
        }
    }

    void check_array(const Json& schema, const Json& value, const std::string& at) {
        const Json* rule = schema.find("items");
        const Json::Array* items = value.as_array();
        if (rule == nullptr || items == nullptr) {
            return;
        }
        for (std::size_t i = 0; i < items->size(); ++i) {
            check(*rule, (*items)[i], fmt::format("{}/{}", at, i));
        }
    }

    const Json& root_;
};

} // namespace

std::vector<std::string> schema_violations(const Json& schema, const Json& document) {
    Validator validator(schema);
    validator.check(schema, document, "");
    return std::move(validator.violations);
}

} // namespace ducksnest::testing
