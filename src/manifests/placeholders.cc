#include "manifests/placeholders.h"

#include "base/text.h"
#include "manifests/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace ducksnest::manifests {
namespace {

/// A stretch of a scalar: literal text, or the name between `${` and `}`.
struct Piece {
    std::string text{};
    bool is_placeholder = false;
};

bool is_name(std::string_view name) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && std::ranges::all_of(name, is_allowed);
}

class Filler {
public:
    explicit Filler(const Filling& filling)
        : filling_(filling) {}

    Json node(const YamlNode& node) {
        if (const YamlScalar* leaf = node.as_scalar()) {
            return scalar(*leaf, node.span);
        }
        if (const std::vector<YamlNode>* items = node.as_sequence()) {
            Json::Array out;
            out.reserve(items->size());
            for (const YamlNode& item : *items) {
                out.push_back(this->node(item));
            }
            return {std::move(out)};
        }
        Json::Object out;
        for (const YamlMember& member : *node.as_mapping()) {
            check_key(member);
            out.emplace_back(member.key.text, this->node(member.value));
        }
        return Json::object(std::move(out));
    }

private:
    void check_key(const YamlMember& member) {
        if (member.key.text.find("${") != std::string::npos) {
            report(
                "E0803",
                "a key cannot hold a placeholder",
                member.key_span,
                "give the whole mapping as one placeholder instead"
            );
        }
        if (!member.key.is_plain) {
            return;
        }
        const PlainValue plain = resolve_plain(member.key.text);
        if (!plain.mistake.empty()) {
            report("E0802", plain.mistake, member.key_span, plain.help);
        } else if (plain.value.as_string() == nullptr) {
            report(
                "E0802",
                fmt::format("the key `{}` is no string", member.key.text),
                member.key_span,
                fmt::format("quote it: \"{}\"", member.key.text)
            );
        }
    }

    Json scalar(const YamlScalar& scalar, diag::Span span) {
        if (scalar.text.find("${") == std::string::npos) {
            return literal(scalar, span);
        }
        const std::optional<std::vector<Piece>> pieces = split_pieces(scalar.text, span);
        if (!pieces.has_value()) {
            return {};
        }
        if (scalar.is_plain && pieces->size() == 1 && pieces->front().is_placeholder) {
            const Json* value = find(pieces->front().text, span);
            return value == nullptr ? Json() : *value;
        }
        std::string out;
        for (const Piece& piece : *pieces) {
            out += piece.is_placeholder ? written(piece.text, span) : piece.text;
        }
        return {std::move(out)};
    }

    Json literal(const YamlScalar& scalar, diag::Span span) {
        if (!scalar.is_plain) {
            return {scalar.text};
        }
        PlainValue plain = resolve_plain(scalar.text);
        if (!plain.mistake.empty()) {
            report("E0802", plain.mistake, span, plain.help);
        }
        return std::move(plain.value);
    }

    std::optional<std::vector<Piece>> split_pieces(std::string_view text, diag::Span span) {
        std::vector<Piece> pieces;
        std::string plain;
        std::size_t at = 0;
        while (at < text.size()) {
            if (text.substr(at).starts_with("$${")) {
                plain += "${";
                at += 3;
                continue;
            }
            if (!text.substr(at).starts_with("${")) {
                plain += text[at++];
                continue;
            }
            const std::size_t end = std::min(text.find('}', at), text.size());
            const std::string_view name = text.substr(at + 2, end - at - 2);
            if (end == text.size() || !is_name(name)) {
                report(
                    "E0803",
                    fmt::format(
                        "`{}` is no placeholder", first_line(text.substr(at, end - at + 1))
                    ),
                    place_of(text.substr(at, 2), span),
                    "a placeholder is `${name}` in lower case; write `$${` for a literal `${`"
                );
                return std::nullopt;
            }
            if (!plain.empty()) {
                pieces.push_back({.text = std::exchange(plain, {}), .is_placeholder = false});
            }
            pieces.push_back({.text = std::string(name), .is_placeholder = true});
            at = end + 1;
        }
        if (!plain.empty()) {
            pieces.push_back({.text = std::move(plain), .is_placeholder = false});
        }
        return pieces;
    }

    static std::string_view first_line(std::string_view text) {
        return text.substr(0, std::min(text.find('\n'), text.size()));
    }

    const Json* find(const std::string& name, diag::Span span) {
        const auto at = filling_.values.find(name);
        if (at != filling_.values.end()) {
            return &at->second;
        }
        std::vector<std::string> known;
        for (const auto& [candidate, value] : filling_.values) {
            known.push_back(candidate);
        }
        const std::optional<std::string> near = closest(name, known);
        report(
            "E0803",
            fmt::format("no placeholder is called `{}`", name),
            place_of(fmt::format("${{{}}}", name), span),
            near.has_value() ? fmt::format("did you mean `{}`?", *near)
                             : fmt::format("known are: {}", join(known, ", "))
        );
        return nullptr;
    }

    /// The value as part of a longer string.
    std::string written(const std::string& name, diag::Span span) {
        const Json* value = find(name, span);
        if (value == nullptr) {
            return {};
        }
        if (const std::string* text = value->as_string()) {
            return *text;
        }
        if (value->as_int() != nullptr || value->as_bool() != nullptr) {
            return value->dump();
        }
        report(
            "E0803",
            fmt::format("`{}` is no single value and cannot stand inside a string", name),
            place_of(fmt::format("${{{}}}", name), span),
            fmt::format("write `${{{}}}` alone and without quotes", name)
        );
        return {};
    }

    /// Where the text stands inside the scalar; the whole scalar when escapes hide it.
    diag::Span place_of(std::string_view needle, diag::Span span) const {
        const std::string_view text = filling_.sources.at(span.file).text();
        const std::size_t at = text.substr(0, span.end).find(needle, span.begin);
        if (at == std::string_view::npos) {
            return span;
        }
        const auto begin = static_cast<std::uint32_t>(at);
        return {
            .file = span.file,
            .begin = begin,
            .end = begin + static_cast<std::uint32_t>(needle.size()),
        };
    }

    void report(std::string code, std::string message, diag::Span span, std::string help) {
        filling_.diagnostics.push_back({
            .code = std::move(code),
            .message = std::move(message),
            .primary = {.span = span, .text = {}},
            .notes = {},
            .help = {std::move(help)},
        });
    }

    const Filling& filling_;
};

} // namespace

Json fill(const YamlNode& node, const Filling& filling) {
    return Filler(filling).node(node);
}

} // namespace ducksnest::manifests
