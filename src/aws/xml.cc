#include "aws/xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace ducksnest::aws {
namespace {

constexpr int depth_max = 32;
constexpr std::string_view white = " \t\r\n";

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | code >> 6U);
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | code >> 12U);
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | code >> 18U);
        put(0x80U | (code >> 12U & 0x3FU));
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

/// "amp", "#38" or "#x26", without `&` and `;`.
bool append_entity(std::string& out, std::string_view name) {
    constexpr std::array<std::pair<std::string_view, char>, 5> named = {
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}
    };
    for (const auto& [known, letter] : named) {
        if (name == known) {
            out += letter;
            return true;
        }
    }
    if (!name.starts_with('#')) {
        return false;
    }
    const bool is_hex = name.starts_with("#x");
    name.remove_prefix(is_hex ? 2 : 1);
    std::uint32_t code = 0;
    const auto [end, failed] =
        std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
    const bool is_surrogate = code >= 0xD800 && code < 0xE000;
    if (failed != std::errc() || end != name.data() + name.size() || code == 0 || code > 0x10FFFF ||
        is_surrogate) {
        return false;
    }
    append_utf8(out, code);
    return true;
}

class Reader {
public:
    explicit Reader(std::string_view text)
        : text_(text) {}

    Result<XmlElement> document() {
        TRY(skip_between());
        XmlElement root = TRY(element(0));
        TRY(skip_between());
        if (at_ != text_.size()) {
            return refuse("something behind its root");
        }
        return root;
    }

private:
    std::unexpected<Error> refuse(std::string_view what) const {
        return fail(
            ErrorCode::corrupt,
            "the answer is no valid XML: " + std::string(what) + " at byte " + std::to_string(at_)
        );
    }

    bool is_at(std::string_view word) const { return text_.substr(at_).starts_with(word); }

    Result<void> skip_past(std::string_view end) {
        const std::size_t found = text_.find(end, at_);
        if (found == std::string_view::npos) {
            return refuse("an end is missing");
        }
        at_ = found + end.size();
        return {};
    }

    /// White space, comments and processing instructions.
    Result<void> skip_between() {
        while (true) {
            at_ = std::min(text_.find_first_not_of(white, at_), text_.size());
            if (is_at("<!--")) {
                TRY(skip_past("-->"));
            } else if (is_at("<?")) {
                TRY(skip_past("?>"));
            } else {
                return {};
            }
        }
    }

    std::string_view name() {
        const std::size_t end = std::min(text_.find_first_of(" \t\r\n/>", at_), text_.size());
        return text_.substr(std::exchange(at_, end), end - at_);
    }

    /// From behind the name to behind the `>`; whether the element is empty.
    Result<bool> rest_of_tag() {
        char quote = 0;
        for (; at_ < text_.size(); ++at_) {
            const char letter = text_[at_];
            if (quote != 0) {
                quote = letter == quote ? '\0' : quote;
            } else if (letter == '"' || letter == '\'') {
                quote = letter;
            } else if (letter == '<') {
                break;
            } else if (letter == '>') {
                ++at_;
                return text_[at_ - 2] == '/';
            }
        }
        return refuse("a tag does not end");
    }

    Result<XmlElement> element(int depth) {
        if (depth > depth_max || !is_at("<")) {
            return refuse(depth > depth_max ? "too many levels" : "no element");
        }
        ++at_;
        XmlElement found;
        std::string_view full = name();
        if (full.empty() || full.find_first_of("<&!\"'") != std::string_view::npos) {
            return refuse("no name");
        }
        found.name = full.substr(full.find(':') + 1);
        if (!TRY(rest_of_tag())) {
            TRY(content(found, full, depth));
        }
        return found;
    }

    Result<void> content(XmlElement& into, std::string_view full_name, int depth) {
        while (true) {
            const std::size_t next = std::min(text_.find_first_of("<&", at_), text_.size());
            into.text += text_.substr(at_, next - at_);
            at_ = next;
            if (is_at("</")) {
                at_ += 2;
                if (name() != full_name) {
                    return refuse("a tag that ends another element");
                }
                return skip_past(">");
            }
            if (is_at("&")) {
                const std::size_t end = std::min(text_.find(';', at_), text_.size());
                if (!append_entity(into.text, text_.substr(at_ + 1, end - at_ - 1))) {
                    return refuse("an unknown entity");
                }
                at_ = std::min(end + 1, text_.size());
            } else if (is_at("<!--")) {
                TRY(skip_past("-->"));
            } else if (is_at("<![CDATA[")) {
                const std::size_t begin = at_ + 9;
                TRY(skip_past("]]>"));
                into.text += text_.substr(begin, at_ - 3 - begin);
            } else {
                into.children.push_back(TRY(element(depth + 1)));
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
    const auto found = std::ranges::find(children, child, &XmlElement::name);
    return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::get(std::string_view child) const {
    const XmlElement* found = find(child);
    return found == nullptr ? std::string_view() : std::string_view(found->text);
}

Result<XmlElement> parse_xml(std::string_view text) {
    return Reader(text).document();
}

std::string xml_escape(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        switch (letter) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        default:
            out += letter;
        }
    }
    return out;
}

} // namespace ducksnest::aws
