#include "terraform/policy.h"

#include "base/assert.h"

#include <algorithm>
#include <cctype>

namespace ducksnest::testing {
namespace {

std::vector<std::string> texts(const Json& value) {
    if (const std::string* one = value.as_string()) {
        return {*one};
    }
    std::vector<std::string> all;
    ASSERT(value.as_array() != nullptr);
    for (const Json& item : *value.as_array()) {
        all.push_back(*item.as_string());
    }
    return all;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

/// Any of the values. A key that is not in the context matches nothing.
bool holds(
    std::string_view test, const std::string* actual, const std::vector<std::string>& values
) {
    if (actual == nullptr) {
        return false;
    }
    return std::ranges::any_of(values, [&](const std::string& value) {
        if (test == "ArnLike") {
            return matches_pattern(value, *actual);
        }
        ASSERT(test == "StringEquals" || test == "Bool");
        return value == *actual;
    });
}

} // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

Policy::Policy(std::string_view document) {
    const Result<Json> json = Json::parse(document);
    ASSERT(json.has_value());
    ASSERT(*json->find("Version")->as_string() == "2012-10-17");
    for (const Json& statement : *json->find("Statement")->as_array()) {
        for (const auto& [name, value] : *statement.as_object()) {
            ASSERT(
                name == "Sid" || name == "Effect" || name == "Action" || name == "Resource" ||
                name == "Condition"
            );
        }
        const Json* condition = statement.find("Condition");
        statements_.push_back({
            .is_deny = *statement.find("Effect")->as_string() == "Deny",
            .actions = texts(*statement.find("Action")),
            .resources = texts(*statement.find("Resource")),
            .condition = condition == nullptr ? Json() : *condition,
        });
    }
}

bool Policy::Statement::matches(const Request& request) const {
    const bool is_about = std::ranges::any_of(
                              actions,
                              [&](const std::string& action) {
                                  return matches_pattern(lower(action), lower(request.action));
                              }
                          ) &&
                          std::ranges::any_of(resources, [&](const std::string& resource) {
                              return matches_pattern(resource, request.resource);
                          });
    if (!is_about || condition.is_null()) {
        return is_about;
    }
    for (const auto& [test, keys] : *condition.as_object()) {
        for (const auto& [key, values] : *keys.as_object()) {
            const auto at = request.context.find(key);
            const std::string* actual = at == request.context.end() ? nullptr : &at->second;
            if (!holds(test, actual, texts(values))) {
                return false;
            }
        }
    }
    return true;
}

bool Policy::allows(const Request& request) const {
    bool is_allowed = false;
    for (const Statement& statement : statements_) {
        if (statement.matches(request)) {
            if (statement.is_deny) {
                return false;
            }
            is_allowed = true;
        }
    }
    return is_allowed;
}

} // namespace ducksnest::testing
