#include "manifests/yaml_writer.h"

#include "manifests/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace ducksnest::manifests {
namespace {

constexpr std::array<std::string_view, 3> first_keys = {"apiVersion", "kind", "metadata"};

/// A key that every reader takes for the same string without quotes.
bool is_bare_key(std::string_view key) {
    const auto is_safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == '/';
    };
    if (key.empty() || key.front() == '-' || !std::ranges::all_of(key, is_safe)) {
        return false;
    }
    const PlainValue plain = resolve_plain(key);
    return plain.mistake.empty() && plain.value.as_string() != nullptr;
}

/// Text that a literal block (`|`) gives back byte for byte.
bool is_block_text(std::string_view text) {
    if (text.find('\n') == std::string_view::npos || text.front() == ' ' || text.front() == '\n') {
        return false;
    }
    const auto is_printable = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\n' || (byte >= 0x20 && byte < 0x7f);
    };
    return std::ranges::all_of(text, is_printable) && !text.ends_with("\n\n") && text != "\n";
}

std::vector<const Json::Member*> ordered(const Json::Object& members) {
    std::vector<const Json::Member*> out;
    for (const std::string_view key : first_keys) {
        const auto at = std::ranges::find(members, key, &Json::Member::first);
        if (at != members.end()) {
            out.push_back(&*at);
        }
    }
    for (const Json::Member& member : members) {
        if (std::ranges::find(first_keys, member.first) == first_keys.end()) {
            out.push_back(&member);
        }
    }
    return out;
}

/// Characters that JSON lets pass and YAML does not take as they are: controls, line ends beyond
/// ASCII and the byte order mark (YAML 1.2 sections 5.1 and 5.4).
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> unsafe = {{
    {"\x7f", "\\u007f"},
    {"\xe2\x80\xa8", "\\u2028"},
    {"\xe2\x80\xa9", "\\u2029"},
    {"\xef\xbb\xbf", "\\ufeff"},
    {"\xef\xbf\xbe", "\\ufffe"},
    {"\xef\xbf\xbf", "\\uffff"},
}};

void append_quoted(std::string& out, std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    for (std::size_t at = 0; at < quoted.size();) {
        const std::string_view rest = std::string_view(quoted).substr(at);
        const auto hit = std::ranges::find_if(unsafe, [&](const auto& row) {
            return rest.starts_with(row.first);
        });
        const auto byte = static_cast<unsigned char>(rest.front());
        if (hit != unsafe.end()) {
            out += hit->second;
            at += hit->first.size();
        } else if (byte == 0xc2 && static_cast<unsigned char>(rest[1]) < 0xa0) {
            fmt::format_to(
                std::back_inserter(out), "\\u00{:02x}", static_cast<unsigned char>(rest[1])
            );
            at += 2;
        } else {
            out += rest.front();
            ++at;
        }
    }
}

class Writer {
public:
    std::string take() && { return std::move(out_); }

    /// The cursor stands where the value's first character belongs.
    void value(const Json& json, std::size_t indent) {
        if (const Json::Object* members = json.as_object(); members != nullptr) {
            object(*members, indent);
        } else if (const Json::Array* items = json.as_array(); items != nullptr) {
            array(*items, indent);
        } else if (const std::string* text = json.as_string(); text != nullptr) {
            string(*text, indent);
        } else {
            out_ += json.dump();
            out_ += '\n';
        }
    }

private:
    static bool is_inline(const Json& json) {
        const Json::Object* members = json.as_object();
        const Json::Array* items = json.as_array();
        return (members == nullptr || members->empty()) && (items == nullptr || items->empty());
    }

    void object(const Json::Object& members, std::size_t indent) {
        if (members.empty()) {
            out_ += "{}\n";
            return;
        }
        bool is_first = true;
        for (const Json::Member* member : ordered(members)) {
            margin(is_first, indent);
            if (is_bare_key(member->first)) {
                out_ += member->first;
            } else {
                append_quoted(out_, member->first);
            }
            out_ += ':';
            if (is_inline(member->second)) {
                out_ += ' ';
                value(member->second, indent);
            } else {
                out_ += '\n';
                out_.append(indent + 2, ' ');
                value(member->second, indent + 2);
            }
        }
    }

    void array(const Json::Array& items, std::size_t indent) {
        if (items.empty()) {
            out_ += "[]\n";
            return;
        }
        bool is_first = true;
        for (const Json& item : items) {
            margin(is_first, indent);
            out_ += "- ";
            value(item, indent + 2);
        }
    }

    void string(std::string_view text, std::size_t indent) {
        if (!is_block_text(text)) {
            append_quoted(out_, text);
            out_ += '\n';
            return;
        }
        out_ += text.ends_with('\n') ? "|\n" : "|-\n";
        std::size_t begin = 0;
        while (begin < text.size()) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            if (end > begin) {
                out_.append(indent + 2, ' ');
                out_ += text.substr(begin, end - begin);
            }
            out_ += '\n';
            begin = end + 1;
        }
    }

    void margin(bool& is_first, std::size_t indent) {
        if (!is_first) {
            out_.append(indent, ' ');
        }
        is_first = false;
    }

    std::string out_{};
};

} // namespace

std::string write_yaml(const Json& value) {
    Writer writer;
    writer.value(value, 0);
    return std::move(writer).take();
}

} // namespace ducksnest::manifests
