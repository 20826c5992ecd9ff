#include "manifests/yaml.h"

#include <fmt/format.h>
#include <yaml.h>

#include <optional>
#include <string_view>
#include <utility>

namespace ducksnest::manifests {
namespace {

constexpr int depth_max = 200;

/// One event of libyaml, freed with its owner.
class Event {
public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { yaml_event_delete(&event_); }

    yaml_event_t* get() { return &event_; }
    yaml_event_type_t type() const { return event_.type; }
    const yaml_event_t* operator->() const { return &event_; }

private:
    yaml_event_t event_{};
};

/// libyaml's parser over one text.
class Stream {
public:
    explicit Stream(std::string_view text) {
        ok_ = yaml_parser_initialize(&parser_) == 1;
        if (ok_) {
            // The bytes are only read; libyaml's interface dates from before const-correct C.
            const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
            yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
            yaml_parser_set_input_string(&parser_, bytes, text.size());
        }
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { yaml_parser_delete(&parser_); }

    bool next(Event& event) { return ok_ && yaml_parser_parse(&parser_, event.get()) == 1; }
    const yaml_parser_t& state() const { return parser_; }

private:
    yaml_parser_t parser_{};
    bool ok_ = false;
};

/// Recursive descent over libyaml's events. Every function returns nothing after a mistake, which
/// is then already reported.
class Parser {
public:
    Parser(
        const diag::Sources& sources, std::uint32_t file, std::vector<diag::Diagnostic>& diagnostics
    )
        : source_(sources.at(file))
        , file_(file)
        , diagnostics_(diagnostics)
        , stream_(source_.text()) {}

    std::vector<YamlNode> documents() {
        std::vector<YamlNode> out;
        while (true) {
            Event event;
            if (!next(event) || event.type() == YAML_STREAM_END_EVENT) {
                return out;
            }
            if (event.type() == YAML_STREAM_START_EVENT ||
                event.type() == YAML_DOCUMENT_START_EVENT ||
                event.type() == YAML_DOCUMENT_END_EVENT) {
                continue;
            }
            std::optional<YamlNode> node = read(event, 0);
            if (!node.has_value()) {
                return out;
            }
            if (!is_empty(*node)) {
                out.push_back(std::move(*node));
            }
        }
    }

private:
    static bool is_empty(const YamlNode& node) {
        const YamlScalar* scalar = node.as_scalar();
        return scalar != nullptr && scalar->is_plain && scalar->text.empty();
    }

    bool next(Event& event) {
        if (stream_.next(event)) {
            return true;
        }
        const yaml_parser_t& state = stream_.state();
        const bool is_encoding = state.error == YAML_READER_ERROR;
        const std::string_view problem =
            state.problem == nullptr ? "out of memory" : std::string_view(state.problem);
        diag::Diagnostic mistake{
            .code = "E0801",
            .message = fmt::format("this is not YAML: {}", problem),
            .primary = {.span = span(state.problem_mark, state.problem_mark), .text = {}},
            .notes = {},
            .help = {},
        };
        if (is_encoding) {
            const auto offset = static_cast<std::uint32_t>(state.problem_offset);
            mistake.primary.span = {.file = file_, .begin = offset, .end = offset + 1};
            mistake.help = {"save the file as UTF-8"};
        } else if (state.context != nullptr) {
            mistake.notes.push_back(
                {.message = std::string(state.context),
                 .label = {.span = span(state.context_mark, state.context_mark), .text = {}}}
            );
        }
        diagnostics_.push_back(std::move(mistake));
        return false;
    }

    std::optional<YamlNode> read(const Event& event, int depth) {
        if (event.type() == YAML_ALIAS_EVENT) {
            return refuse(
                event, "an alias", "write the value out: aliases and anchors are not read"
            );
        }
        if (depth > depth_max) {
            return refuse(event, fmt::format("nesting deeper than {} levels", depth_max), "");
        }
        if (event.type() == YAML_SCALAR_EVENT) {
            return read_scalar(event);
        }
        if (event.type() == YAML_SEQUENCE_START_EVENT) {
            return read_sequence(event, depth);
        }
        return read_mapping(event, depth);
    }

    std::optional<YamlNode> read_scalar(const Event& event) {
        const auto& scalar = event->data.scalar;
        if (scalar.anchor != nullptr) {
            return refuse(
                event, "an anchor", "write the value out: aliases and anchors are not read"
            );
        }
        if (scalar.tag != nullptr) {
            return refuse(event, "a tag", "quote the value to make it a string");
        }
        const auto* bytes = reinterpret_cast<const char*>(scalar.value);
        return YamlNode{
            .span = span(event->start_mark, event->end_mark),
            .value =
                YamlScalar{
                    .text = std::string(bytes, scalar.length),
                    .is_plain = scalar.style == YAML_PLAIN_SCALAR_STYLE,
                },
        };
    }

    std::optional<YamlNode> read_sequence(const Event& start, int depth) {
        const auto& head = start->data.sequence_start;
        if (head.anchor != nullptr || head.tag != nullptr) {
            return refuse(start, "an anchor or tag", "write the value out, without `&` or `!`");
        }
        std::vector<YamlNode> items;
        while (true) {
            Event event;
            if (!next(event)) {
                return std::nullopt;
            }
            if (event.type() == YAML_SEQUENCE_END_EVENT) {
                return YamlNode{
                    .span = span(start->start_mark, event->end_mark), .value = std::move(items)
                };
            }
            std::optional<YamlNode> item = read(event, depth + 1);
            if (!item.has_value()) {
                return std::nullopt;
            }
            items.push_back(std::move(*item));
        }
    }

    std::optional<YamlNode> read_mapping(const Event& start, int depth) {
        const auto& head = start->data.mapping_start;
        if (head.anchor != nullptr || head.tag != nullptr) {
            return refuse(start, "an anchor or tag", "write the value out, without `&` or `!`");
        }
        std::vector<YamlMember> members;
        while (true) {
            Event event;
            if (!next(event)) {
                return std::nullopt;
            }
            if (event.type() == YAML_MAPPING_END_EVENT) {
                return YamlNode{
                    .span = span(start->start_mark, event->end_mark), .value = std::move(members)
                };
            }
            std::optional<YamlMember> member = read_member(event, members, depth);
            if (!member.has_value()) {
                return std::nullopt;
            }
            members.push_back(std::move(*member));
        }
    }

    std::optional<YamlMember>
    read_member(const Event& key_event, const std::vector<YamlMember>& before, int depth) {
        if (key_event.type() != YAML_SCALAR_EVENT && key_event.type() != YAML_ALIAS_EVENT) {
            refuse(key_event, "a key that is no string", "");
            return std::nullopt;
        }
        std::optional<YamlNode> key = read(key_event, depth + 1);
        if (!key.has_value() || !accept_key(*key, key_event, before)) {
            return std::nullopt;
        }
        Event event;
        if (!next(event)) {
            return std::nullopt;
        }
        std::optional<YamlNode> value = read(event, depth + 1);
        if (!value.has_value()) {
            return std::nullopt;
        }
        return YamlMember{
            .key = *key->as_scalar(), .key_span = key->span, .value = std::move(*value)
        };
    }

    bool
    accept_key(const YamlNode& key, const Event& event, const std::vector<YamlMember>& before) {
        const YamlScalar& scalar = *key.as_scalar();
        if (scalar.is_plain && scalar.text == "<<") {
            refuse(event, "a merge key", "write the members out: `<<` is not read");
            return false;
        }
        for (const YamlMember& earlier : before) {
            if (earlier.key.text == scalar.text) {
                diagnostics_.push_back({
                    .code = "E0802",
                    .message = fmt::format("the key `{}` stands twice in one mapping", scalar.text),
                    .primary = {.span = key.span, .text = "again here"},
                    .notes =
                        {{.message = "first here", .label = {.span = earlier.key_span, .text = {}}}
                        },
                    .help = {"keep one of them: readers differ on which one wins"},
                });
                return false;
            }
        }
        return true;
    }

    std::nullopt_t refuse(const Event& event, std::string_view what, std::string_view help) {
        diag::Diagnostic mistake{
            .code = "E0802",
            .message = fmt::format("{} is not allowed in a manifest", what),
            .primary = {.span = span(event->start_mark, event->end_mark), .text = {}},
            .notes = {},
            .help = {},
        };
        if (!help.empty()) {
            mistake.help.emplace_back(help);
        }
        diagnostics_.push_back(std::move(mistake));
        return std::nullopt;
    }

    /// libyaml counts code points, spans count bytes.
    diag::Span span(const yaml_mark_t& begin, const yaml_mark_t& end) const {
        const auto offset = [&](const yaml_mark_t& mark) {
            return source_.offset(
                {.line = static_cast<std::uint32_t>(mark.line) + 1,
                 .column = static_cast<std::uint32_t>(mark.column) + 1}
            );
        };
        return {.file = file_, .begin = offset(begin), .end = offset(end)};
    }

    const diag::SourceFile& source_;
    std::uint32_t file_;
    std::vector<diag::Diagnostic>& diagnostics_;
    Stream stream_;
};

} // namespace

std::vector<YamlNode> parse_yaml(
    const diag::Sources& sources, std::uint32_t file, std::vector<diag::Diagnostic>& diagnostics
) {
    return Parser(sources, file, diagnostics).documents();
}

} // namespace ducksnest::manifests
