#pragma once

#include "base/json.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::testing {

/// One question to IAM: may this be done to that, in these circumstances?
struct Request {
    std::string action{};
    std::string resource{};
    std::map<std::string, std::string> context{};
};

/// What IAM would answer by identity policies and a permissions boundary (IAM User Guide, "Policy
/// evaluation logic"): an explicit deny wins, then both must allow. Knows what our policies use:
/// Action, Resource, StringEquals, ArnLike, Bool. Anything else aborts, so that no condition is
/// overlooked.
class Policy {
public:
    /// The text of a policy document.
    explicit Policy(std::string_view document);

    bool allows(const Request& request) const;

private:
    struct Statement {
        bool is_deny = false;
        std::vector<std::string> actions{};
        std::vector<std::string> resources{};
        Json condition{};

        bool matches(const Request& request) const;
    };
    std::vector<Statement> statements_{};
};

/// `*` for any text, `?` for one character.
bool matches_pattern(std::string_view pattern, std::string_view text);

} // namespace ducksnest::testing
