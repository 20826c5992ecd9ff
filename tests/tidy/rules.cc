#include "rules.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <iterator>
#include <map>
#include <set>

namespace ducksnest::tidy {
namespace {

constexpr std::size_t lines_max = 500;
constexpr std::size_t columns_max = 100;
constexpr std::size_t blob_bytes_max = 64UL * 1024;

/// Files that may be larger: foreign data that is pinned as it is.
const std::set<std::string, std::less<>> large_files = {
    "examples/ducksnest/homelab.lock.json",
};

struct Ban {
    std::string_view word{};
    std::string_view instead{};
};

/// What only src/io may name (and tests, which run on a real machine).
constexpr std::array layer_bans = {
    Ban{.word = "_clock::now", .instead = "the Clock door"},
    Ban{.word = "std::random_device", .instead = "the Random door"},
    Ban{.word = "_distribution", .instead = "Prng::below or Prng::between"},
    Ban{.word = "getenv", .instead = "a value handed in by main"},
    Ban{.word = "std::filesystem", .instead = "the Files door"},
    Ban{.word = "<filesystem>", .instead = "the Files door"},
    Ban{.word = "<fstream>", .instead = "the Files door"},
    Ban{.word = "<unistd.h>", .instead = "a door of ports/"},
    Ban{.word = "<sys/", .instead = "a door of ports/"},
    Ban{.word = "std::thread", .instead = "the Parallel door"},
    Ban{.word = "std::jthread", .instead = "the Parallel door"},
    Ban{.word = "<thread>", .instead = "the Parallel door"},
    Ban{.word = "curl_easy_", .instead = "the Http door"},
    Ban{.word = "std::cout", .instead = "the Output door"},
    Ban{.word = "std::cerr", .instead = "the Output door"},
    Ban{.word = "<iostream>", .instead = "the Output door"},
};

constexpr std::array<std::string_view, 8> heavy_headers = {
    "<nlohmann/", "<toml++/", "<curl/", "<openssl/", "<CLI/", "<sodium", "<httplib", "<yaml.h"
};

/// Which folders a folder of src/ may include, besides itself: the arrows of docs/ARCHITECTURE.md.
const std::map<std::string, std::set<std::string, std::less<>>, std::less<>> arrows = {
    {"base", {}},
    {"diag", {"base"}},
    {"net", {"base"}},
    {"ports", {"base"}},
    {"model", {"base", "diag", "net"}},
    {"config", {"base", "diag", "net", "model"}},
    {"age", {"base", "ports"}},
    {"nar", {"base", "ports"}},
    {"cache", {"base", "ports", "nar"}},
    {"pki", {"base", "net", "ports", "age"}},
    {"plan", {"base", "diag", "net", "model", "pki"}},
    {"render", {"base", "net", "ports", "model", "pki", "plan"}},
    {"kube", {"base", "ports"}},
    {"deploy", {"base", "net", "ports", "model", "plan", "kube"}},
    {"manifests", {"base", "diag", "net", "plan", "kube"}},
    {"local", {"base", "net", "ports", "age", "kube", "pki", "plan"}},
    {"aws", {"base", "ports"}},
    {"tailnet", {"base", "ports"}},
    {"io", {"base", "ports", "aws"}},
    {"sim", {"base", "diag", "net", "ports", "model", "config", "age", "pki", "plan", "kube"}},
};

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_code(std::string_view path) {
    return path.ends_with(".cc") || path.ends_with(".h");
}

/// Tests run on a real machine and may touch it.
bool is_test(std::string_view path) {
    return path.ends_with("_test.cc") || path.ends_with("_fuzz.cc") || path.contains("/testing/") ||
           path.ends_with("/test_main.cc");
}

bool is_build_text(std::string_view path) {
    return path.ends_with("CMakeLists.txt") || path.ends_with(".cmake") || path == "x" ||
           path == ".ci/run";
}

bool is_binary(std::string_view text) {
    return text.substr(0, 8000).contains('\0');
}

/// "net" for "src/net/cidr.cc", empty outside src/.
std::string_view folder_of(std::string_view path) {
    if (!path.starts_with("src/")) {
        return {};
    }
    path.remove_prefix(4);
    return path.substr(0, path.find('/'));
}

std::string_view without_comment(std::string_view line) {
    return line.substr(0, line.find("//"));
}

std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count_if(line, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

/// Raw strings and addresses cannot go on in the next line.
class LongLines {
public:
    /// Lines are shown in order.
    bool may_be_long(std::string_view line) {
        const bool was_inside = is_inside_;
        const std::size_t start = line.rfind("R\"");
        const bool starts = start != std::string_view::npos;
        // One string may end and the next begin in the same line.
        const std::string_view last = starts ? line.substr(start) : line;
        is_inside_ = (starts || is_inside_) && !last.contains(")\"");
        return starts || was_inside || line.contains("https://");
    }

private:
    bool is_inside_ = false;
};

/// Whether `word` stands in the line and is not the tail of a longer name.
bool contains_word(std::string_view line, std::string_view word) {
    for (std::size_t at = line.find(word); at != std::string_view::npos;
         at = line.find(word, at + 1)) {
        const bool starts_here =
            at == 0 || !is_word(line[at - 1]) || !is_word(word.front()) || word.front() == '_';
        const std::size_t end = at + word.size();
        const bool ends_here = end == line.size() || !is_word(line[end]) || !is_word(word.back()) ||
                               word.back() == '_';
        if (starts_here && ends_here) {
            return true;
        }
    }
    return false;
}

/// Calls `check(line, number)` for each line.
void for_each_line(
    const SourceText& file, const std::function<void(std::string_view, std::size_t)>& check
) {
    std::size_t number = 0;
    for (const std::string_view line : split(file.text, '\n')) {
        check(line, ++number);
    }
}

bool is_base64(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/';
}

/// Skips what may stand between a PEM header and its body in source code: line ends, quotes, "\n".
std::string_view skip_to_body(std::string_view text) {
    while (!text.empty()) {
        if (text.starts_with("\\n")) {
            text.remove_prefix(2);
        } else if (text.front() == '\n' || text.front() == '"' || text.front() == ' ') {
            text.remove_prefix(1);
        } else {
            break;
        }
    }
    return text;
}

template <class Predicate>
std::size_t length_while(std::string_view text, Predicate predicate) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, predicate) - text.begin());
}

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

/// The file names of all `#include "…"` lines.
std::set<std::string, std::less<>> included_names(const std::vector<SourceText>& files) {
    std::set<std::string, std::less<>> names;
    for (const SourceText& file : files) {
        for_each_line(file, [&](std::string_view line, std::size_t) {
            constexpr std::string_view include = "#include \"";
            if (is_code(file.path) && line.starts_with(include)) {
                const std::string_view path = line.substr(include.size());
                names.emplace(name_of(path.substr(0, path.find('"'))));
            }
        });
    }
    return names;
}

void append(Findings& all, Findings more) {
    all.insert(
        all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
    );
}

} // namespace

std::string to_string(const Finding& finding) {
    return finding.line == 0
               ? fmt::format("{}: error: {}", finding.path, finding.message)
               : fmt::format("{}:{}: error: {}", finding.path, finding.line, finding.message);
}

Findings check_layers(const SourceText& file) {
    Findings findings;
    const std::string_view folder = folder_of(file.path);
    if (folder.empty() || folder == "io" || !is_code(file.path) || is_test(file.path)) {
        return findings;
    }
    for_each_line(file, [&](std::string_view line, std::size_t number) {
        for (const Ban& ban : layer_bans) {
            if (contains_word(without_comment(line), ban.word)) {
                findings.push_back(
                    {file.path,
                     number,
                     fmt::format("`{}` is banned outside src/io, use {}", ban.word, ban.instead)}
                );
            }
        }
    });
    return findings;
}

Findings check_include_direction(const SourceText& file) {
    Findings findings;
    const std::string_view folder = folder_of(file.path);
    const auto allowed = arrows.find(folder);
    if (!is_code(file.path) || is_test(file.path) || folder.empty() || folder == "app") {
        return findings;
    }
    if (allowed == arrows.end()) {
        return {{file.path, 0, fmt::format("folder `{}` has no place in the arrows", folder)}};
    }
    for_each_line(file, [&](std::string_view line, std::size_t number) {
        constexpr std::string_view include = "#include \"";
        if (!line.starts_with(include) || !line.contains('/')) {
            return;
        }
        const std::string_view path = line.substr(include.size());
        const std::string_view target = path.substr(0, path.find('/'));
        if (target != folder && !allowed->second.contains(target)) {
            findings.push_back(
                {file.path, number, fmt::format("`{}` must not include `{}`", folder, target)}
            );
        }
    });
    return findings;
}

Findings check_heavy_headers(const SourceText& file) {
    Findings findings;
    // The doors are wrapped around such libraries; nobody outside sees those headers.
    if (!file.path.ends_with(".h") || folder_of(file.path) == "io") {
        return findings;
    }
    for_each_line(file, [&](std::string_view line, std::size_t number) {
        for (const std::string_view heavy : heavy_headers) {
            if (line.starts_with("#include") && line.contains(heavy)) {
                findings.push_back(
                    {file.path,
                     number,
                     fmt::format("`{}` is banned in headers, include it in a .cc file", heavy)}
                );
            }
        }
    });
    return findings;
}

Findings check_size(const SourceText& file) {
    Findings findings;
    if (file.text.size() > blob_bytes_max && !large_files.contains(file.path)) {
        findings.push_back({file.path, 0, "larger than 64 KiB"});
    }
    const auto lines = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
    if (is_code(file.path) && lines > lines_max) {
        findings.push_back({file.path, 0, fmt::format("{} lines, more than {}", lines, lines_max)});
    }
    if (is_code(file.path) || is_build_text(file.path)) {
        LongLines exceptions;
        for_each_line(file, [&](std::string_view line, std::size_t number) {
            if (!exceptions.may_be_long(line) && columns(line) > columns_max) {
                findings.push_back(
                    {file.path,
                     number,
                     fmt::format("{} columns, more than {}", columns(line), columns_max)}
                );
            }
        });
    }
    return findings;
}

Findings check_text(const SourceText& file) {
    // Spelled in pieces so that this file does not find itself.
    static const std::array<std::string, 3> banned = {
        "FIX"
        "ME",
        "XX"
        "X",
        "HA"
        "CK"
    };
    static const std::string todo = "TO"
                                    "DO";
    Findings findings;
    if (is_binary(file.text)) {
        return findings;
    }
    if (!file.text.empty() && !file.text.ends_with('\n')) {
        findings.push_back({file.path, 0, "no newline at the end"});
    }
    for_each_line(file, [&](std::string_view line, std::size_t number) {
        if (line.ends_with(' ') || line.ends_with('\t') || line.ends_with('\r')) {
            findings.push_back({file.path, number, "white space at the end of the line"});
        }
        for (const std::string& word : banned) {
            if (contains_word(line, word)) {
                findings.push_back(
                    {file.path, number, fmt::format("`{}` is banned, do it or drop it", word)}
                );
            }
        }
        if (contains_word(line, todo) && !line.contains(todo + "(")) {
            findings.push_back(
                {file.path, number, fmt::format("`{0}` needs a topic: `{0}(topic): …`", todo)}
            );
        }
    });
    return findings;
}

Findings check_machine_paths(const SourceText& file) {
    // Folders that exist on somebody's machine and nobody else's.
    static const std::array<std::string, 4> roots = {
        "/wo"
        "rk/",
        "/ho"
        "me/",
        "/Us"
        "ers/",
        "/ro"
        "ot/"
    };
    Findings findings;
    if (is_binary(file.text)) {
        return findings;
    }
    for_each_line(file, [&](std::string_view line, std::size_t number) {
        for (const std::string& root : roots) {
            const std::size_t at = line.find(root);
            const bool is_absolute = at != std::string_view::npos &&
                                     (at == 0 || (!is_word(line[at - 1]) && line[at - 1] != '.' &&
                                                  line[at - 1] != '}' && line[at - 1] != '~'));
            if (is_absolute) {
                findings.push_back(
                    {file.path, number, fmt::format("a path of one machine: `{}`", root)}
                );
            }
        }
    });
    return findings;
}

Findings check_keys(const SourceText& file) {
    static const std::string pem = "PRIVATE "
                                   "KEY-----";
    static const std::string age = "AGE-SECRET-"
                                   "KEY-1";
    constexpr std::size_t pem_body_min = 32;
    constexpr std::size_t age_body_min = 50;
    Findings findings;
    const auto line_of = [&](std::size_t at) {
        return static_cast<std::size_t>(std::count(
                   file.text.begin(), file.text.begin() + static_cast<std::ptrdiff_t>(at), '\n'
               )) +
               1;
    };
    const std::string_view text = file.text;
    for (std::size_t at = text.find(pem); at != std::string_view::npos;
         at = text.find(pem, at + 1)) {
        const std::string_view body = skip_to_body(text.substr(at + pem.size()));
        if (length_while(body, is_base64) >= pem_body_min) {
            findings.push_back({file.path, line_of(at), "private key material in the repository"});
        }
    }
    for (std::size_t at = text.find(age); at != std::string_view::npos;
         at = text.find(age, at + 1)) {
        const auto is_letter = [](char c) { return is_word(c); };
        if (length_while(text.substr(at + age.size()), is_letter) >= age_body_min) {
            findings.push_back({file.path, line_of(at), "an age identity in the repository"});
        }
    }
    return findings;
}

Findings check_dead_files(const std::vector<SourceText>& files) {
    const std::set<std::string, std::less<>> included = included_names(files);
    // A name counts where its folder's list, or the list of a folder above, spells its path.
    std::set<std::string, std::less<>> named;
    for (const SourceText& file : files) {
        if (!file.path.ends_with("CMakeLists.txt")) {
            continue;
        }
        const std::string folder = file.path.substr(0, file.path.size() - 14);
        std::string word;
        for (const char c : file.text + "\n") {
            if (is_word(c) || c == '.' || c == '/' || c == '-') {
                word += c;
            } else if (!word.empty()) {
                named.insert(folder + word);
                word.clear();
            }
        }
    }
    Findings findings;
    for (const SourceText& file : files) {
        const bool is_included = file.path.ends_with(".h") && included.contains(name_of(file.path));
        if (is_code(file.path) && !named.contains(file.path) && !is_included) {
            findings.push_back({file.path, 0, "no CMakeLists.txt names this file"});
        }
    }
    return findings;
}

Findings check_all(const std::vector<SourceText>& files) {
    Findings all;
    for (const SourceText& file : files) {
        for (const auto& check :
             {check_layers,
              check_include_direction,
              check_heavy_headers,
              check_size,
              check_text,
              check_machine_paths,
              check_keys}) {
            append(all, check(file));
        }
    }
    append(all, check_dead_files(files));
    return all;
}

} // namespace ducksnest::tidy
