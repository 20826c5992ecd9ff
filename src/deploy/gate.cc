#include "deploy/gate.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ducksnest::deploy {
namespace {

/// `work`, `resume` and `gate` itself are the node's own business.
constexpr std::array<std::string_view, 8> verbs = {
    "confirm", "fetch", "lock", "probe", "revert", "status", "switch", "unlock"
};

/// What a shell gives a meaning to, outside of quotes (POSIX Shell Command Language, 2.2).
constexpr std::string_view special = "|&;<>()$`\"\t\n*?[#~%!{}";

Result<std::vector<std::string>> split_words(std::string_view command) {
    std::vector<std::string> words;
    std::string word;
    bool is_word = false;
    bool is_quoted = false;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        if (c == '\0') {
            return fail(ErrorCode::denied, "the command has a NUL");
        }
        if (is_quoted) {
            if (c == '\'') {
                is_quoted = false;
            } else {
                word += c;
            }
        } else if (c == '\'') {
            is_quoted = true;
            is_word = true;
        } else if (c == '\\') {
            if (++i == command.size()) {
                return fail(ErrorCode::denied, "the command ends with a backslash");
            }
            word += command[i];
            is_word = true;
        } else if (c == ' ') {
            if (is_word) {
                words.push_back(std::exchange(word, ""));
            }
            is_word = false;
        } else if (special.contains(c)) {
            return fail(
                ErrorCode::denied, std::string("the command has a `") + c + "` outside of quotes"
            );
        } else {
            word += c;
            is_word = true;
        }
    }
    if (is_quoted) {
        return fail(ErrorCode::denied, "the command has a quote without its end");
    }
    if (is_word) {
        words.push_back(std::move(word));
    }
    return words;
}

} // namespace

Result<std::vector<std::string>> pass_gate(std::string_view command, Copies copies) {
    std::vector<std::string> words = TRY(split_words(command));
    if (words.size() >= 3 && words[0] == "ducksnest" && words[1] == "activate" &&
        std::ranges::find(verbs, words[2]) != verbs.end()) {
        return words;
    }
    const std::vector<std::string> serve = {"nix-store", "--serve", "--write"};
    if (copies == Copies::allowed && words == serve) {
        return words;
    }
    return fail(
        ErrorCode::denied,
        words.empty() ? "a deployment's key opens no shell"
                      : "a deployment's key may not run `" + words[0] + "`",
        "it may only run `ducksnest activate`; log in as another user"
    );
}

std::string quote_word(std::string_view word) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,@+=";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) {
        return std::string(word);
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

} // namespace ducksnest::deploy
