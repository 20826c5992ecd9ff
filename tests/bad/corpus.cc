#include "corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ducksnest::bad {
namespace {

const std::string folder = DUCKSNEST_SOURCE_DIR "/tests/bad";

/// A good start, so that a case shows one mistake.
const std::string head = "[homelab]\nname = \"nest\"\n";

std::string repeat(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

// Put together from halves: the rules of this tree forbid files that hold anything like a key.
std::string pem_key() {
    return "-----BEGIN OPENSSH PRIVATE " + std::string("KEY-----\n") +
           repeat("b3BlbnNzaC1rZXk\n", 4) + "-----END OPENSSH PRIVATE " + std::string("KEY-----");
}

std::string age_identity() {
    return "AGE-SECRET-" + std::string("KEY-1") + std::string(58, 'Q');
}

std::string many_errors() {
    std::string text = head;
    for (int i = 0; i < 25; ++i) {
        text += "unknown_key_" + std::to_string(i) + " = 1\n";
    }
    return text;
}

} // namespace

std::vector<Case> generated_cases() {
    return {
        {.name = "generated-age-identity",
         .text = head + "operators = [\"" + age_identity() + "\"]\n"},
        {.name = "generated-private-key",
         .text = head + "operators = [\"\"\"\n" + pem_key() + "\"\"\"]\n"},
        {.name = "generated-private-key-unquoted", .text = head + "operators = " + pem_key() + "\n"
        },
        {.name = "generated-private-key-comment", .text = "# " + age_identity() + "\n" + head},
        {.name = "generated-nix-secret",
         .text = "[cache]\npublic_key = \"nest-1:" + std::string(86, 'A') + "==\"\n"},
        {.name = "generated-nul", .text = head + "domain = \"a" + std::string(1, '\0') + "b\"\n"},
        {.name = "generated-utf16", .text = std::string("[\0h\0o\0m\0e\0", 10)},
        {.name = "generated-not-utf8", .text = head + "domain = \"caf\xe9\"\n"},
        {.name = "generated-truncated-utf8", .text = head + "domain = \"\xea\xb0"},
        {.name = "generated-escape-character", .text = head + "domain = \"\x1b[31m\"\n"},
        {.name = "generated-lone-carriage-return", .text = "[homelab]\rname = \"nest\"\r"},
        {.name = "generated-crlf", .text = "[homelab]\r\nname = \"nest\"\r\nnmae = 1\r\n"},
        {.name = "generated-byte-order-mark", .text = "\xef\xbb\xbfnmae = 1\n"},
        {.name = "generated-many-brackets", .text = std::string(1U << 20U, '[')},
        {.name = "generated-deep-array",
         .text = head + "operators = " + std::string(1000, '[') + "\n"},
        {.name = "generated-deep-key", .text = repeat("a.", 100'000) + "a = 1\n"},
        {.name = "generated-deep-header", .text = "[" + repeat("a.", 100'000) + "a]\n"},
        {.name = "generated-deep-inline", .text = "a = " + repeat("{a=", 1000) + "\n"},
        {.name = "generated-too-large", .text = std::string((16U << 20U) + 1, '#')},
        {.name = "generated-long-line",
         .text = head + "domain = \"" + std::string(5000, 'x') + "\" oops\n"},
        {.name = "generated-many-errors", .text = many_errors()},
    };
}

std::vector<Case> all_cases() {
    std::vector<Case> cases = generated_cases();
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".toml") {
            cases.push_back({.name = entry.path().stem(), .text = read_text(entry.path())});
        }
    }
    for (Case& bad : cases) {
        bad.expected_path = folder + "/" + bad.name + ".expected";
    }
    std::ranges::sort(cases, {}, &Case::name);
    return cases;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace ducksnest::bad
