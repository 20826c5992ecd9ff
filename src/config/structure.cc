#include "config/structure.h"

#include "base/text.h"
#include "diag/secrets.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::config {
namespace {

/// RFC 1123 section 2.1 as Kubernetes takes it: lower case, at most 63 characters.
bool is_label(std::string_view name) {
    const auto inner = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, inner) &&
           name.front() != '-' && name.back() != '-';
}

/// The nearest name that would do, or nothing when little is left of the word.
std::string nearest_label(std::string_view name) {
    std::string label;
    for (const char c : name.substr(0, 63)) {
        if (c >= 'A' && c <= 'Z') {
            label += static_cast<char>(c - 'A' + 'a');
        } else {
            label += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
        }
    }
    while (label.ends_with('-')) {
        label.pop_back();
    }
    label.erase(0, label.find_first_not_of('-'));
    return is_label(label) && label != name ? label : std::string();
}

std::string_view last_part(std::string_view path) {
    return path.substr(path.rfind('.') + 1);
}

bool is_child(std::string_view path, std::string_view parent) {
    return path.size() > parent.size() + 1 && path.starts_with(parent) &&
           (parent.empty() || path[parent.size()] == '.');
}

/// Sections directly inside `parent`; "" for those of the file.
std::vector<const Section*> children_of(std::string_view parent) {
    std::vector<const Section*> children;
    for (const Section& candidate : schema()) {
        const bool nested = candidate.path.contains('.');
        if (parent.empty() ? !nested : is_child(candidate.path, parent)) {
            children.push_back(&candidate);
        }
    }
    return children;
}

class Structure {
public:
    explicit Structure(const Context& context)
        : context_(context) {}

    void check_root(const Value& root) {
        for (const Entry& entry : root.entries) {
            if (!check_child_section("", entry)) {
                report_unknown_section(entry);
            }
        }
        for (const Section* section : children_of("")) {
            if (section->required && root.find(section->path) == nullptr && context_.complete) {
                report({
                    .code = "E0105",
                    .message = fmt::format("the file has no `{}` section", header_of(*section)),
                    .primary = {root.span, ""},
                    .help = {"add one; its keys are in docs/homelab.toml.md"},
                });
            }
        }
    }

private:
    void report(diag::Diagnostic diagnostic) {
        context_.diagnostics->push_back(std::move(diagnostic));
    }

    bool check_child_section(std::string_view parent, const Entry& entry) {
        for (const Section* section : children_of(parent)) {
            if (last_part(section->path) == entry.key) {
                check_section(*section, entry);
                return true;
            }
        }
        return false;
    }

    void check_section(const Section& section, const Entry& entry) {
        const Value& value = entry.value;
        if (section.shape == Shape::single) {
            check_table(section, value, header_of(section), entry.key_span);
        } else if (section.shape == Shape::listed) {
            if (value.kind != Kind::array) {
                report_shape(section, value, entry.key_span);
                return;
            }
            for (const Value& item : value.items) {
                check_table(section, item, header_of(section), item.span);
            }
        } else if (value.kind != Kind::table) {
            report_shape(section, value, entry.key_span);
        } else {
            for (const Entry& named : value.entries) {
                check_named(section, named);
            }
        }
    }

    void check_named(const Section& section, const Entry& entry) {
        const std::string header = fmt::format("[{}.{}]", section.path, entry.key);
        if (entry.value.kind != Kind::table) {
            report_shape(section, entry.value, entry.key_span);
            return;
        }
        if (!is_label(entry.key)) {
            const std::string nearest = nearest_label(entry.key);
            report({
                .code = "E0201",
                .message = fmt::format(
                    "{} cannot be a name in `{}`", diag::quoted(entry.key), header_of(section)
                ),
                .primary = {entry.key_span, "not a DNS label"},
                .help =
                    {nearest.empty()
                         ? "use 1 to 63 of a-z, 0-9 and -, with a letter or digit at both ends"
                         : fmt::format("did you mean `{}`?", nearest)},
            });
        }
        check_table(section, entry.value, header, entry.key_span);
    }

    void check_table(
        const Section& section, const Value& table, const std::string& header, diag::Span span
    ) {
        if (table.kind != Kind::table) {
            report_shape(section, table, span);
            return;
        }
        for (const Entry& entry : table.entries) {
            const bool known =
                std::ranges::find(section.keys, entry.key, &Key::name) != section.keys.end();
            if (!known && !check_child_section(section.path, entry)) {
                report_unknown_key(section, entry, header);
            }
        }
    }

    void report_shape(const Section& section, const Value& value, diag::Span span) {
        const std::string header = header_of(section);
        const bool single_of_list = section.shape == Shape::listed && value.kind == Kind::table;
        report({
            .code = "E0106",
            .message =
                single_of_list
                    ? fmt::format("`{}` is a list of sections, not a single one", header)
                    : fmt::format("`{}` must be a section, not {}", header, describe(value.kind)),
            .primary = {span, single_of_list ? "" : std::string(describe(value.kind))},
            .help =
                {single_of_list
                     ? fmt::format("write it with two brackets: `{}`", header)
                     : fmt::format("write `{}` on a line of its own and the keys below it", header)
                },
        });
    }

    void report_unknown_key(const Section& section, const Entry& entry, const std::string& header) {
        std::vector<std::string> names;
        for (const Key& key : section.keys) {
            names.emplace_back(key.name);
        }
        for (const Section* child : children_of(section.path)) {
            names.emplace_back(last_part(child->path));
        }
        std::string help;
        const std::optional<std::string> meant = closest(entry.key, names);
        const std::string home = meant ? std::string() : home_of(entry.key);
        if (meant) {
            help = fmt::format("did you mean `{}`?", *meant);
        } else if (!home.empty()) {
            help = fmt::format("{} belongs in {}", diag::quoted(entry.key), home);
        } else {
            help = fmt::format("{} has: {}", diag::quoted(header), join(names, ", "));
        }
        report({
            .code = "E0103",
            .message =
                fmt::format("{} has no key {}", diag::quoted(header), diag::quoted(entry.key)),
            .primary = {entry.key_span, "unknown key"},
            .help = {std::move(help)},
        });
    }

    void report_unknown_section(const Entry& entry) {
        const bool table = entry.value.kind == Kind::table ||
                           (entry.value.kind == Kind::array &&
                            std::ranges::any_of(entry.value.items, [](const Value& item) {
                                return item.kind == Kind::table;
                            }));
        if (!table) {
            const std::string home = home_of(entry.key);
            report({
                .code = "E0103",
                .message =
                    fmt::format("key {} stands outside of any section", diag::quoted(entry.key)),
                .primary = {entry.key_span, "no section above it"},
                .help =
                    {home.empty() ? "delete it, or put it under the header of its section"
                                  : fmt::format("put it in {}", home)},
            });
            return;
        }
        std::vector<std::string> names;
        for (const Section* section : children_of("")) {
            names.emplace_back(section->path);
        }
        const std::optional<std::string> meant = closest(entry.key, names);
        report({
            .code = "E0104",
            .message = fmt::format("there is no section {}", diag::quoted(entry.key)),
            .primary = {entry.key_span, "unknown section"},
            .help =
                {meant ? fmt::format("did you mean `{}`?", *meant)
                       : fmt::format("there are: {}", join(names, ", "))},
        });
    }

    /// "`[sites.NAME]` or `[nodes.NAME]`": the sections that have such a key.
    static std::string home_of(std::string_view key) {
        std::vector<std::string> homes;
        for (const Section& section : schema()) {
            if (std::ranges::find(section.keys, key, &Key::name) != section.keys.end()) {
                homes.push_back("`" + header_of(section) + "`");
            }
        }
        return homes.size() <= 3 ? join(homes, " or ") : std::string();
    }

    const Context& context_;
};

} // namespace

void check_structure(const Context& context, const Value& root) {
    Structure(context).check_root(root);
}

const Value* single_section(const Value& parent, std::string_view key) {
    const Entry* entry = parent.find(key);
    return entry != nullptr && entry->value.kind == Kind::table ? &entry->value : nullptr;
}

std::vector<const Entry*> named_sections(const Value& root, std::string_view path) {
    std::vector<const Entry*> sections;
    if (const Value* parent = single_section(root, path)) {
        for (const Entry& entry : parent->entries) {
            if (entry.value.kind == Kind::table) {
                sections.push_back(&entry);
            }
        }
    }
    return sections;
}

std::vector<const Value*> listed_sections(const Value& parent, std::string_view key) {
    std::vector<const Value*> sections;
    const Entry* entry = parent.find(key);
    for (std::size_t i = 0; entry != nullptr && i < entry->value.items.size(); ++i) {
        if (entry->value.items[i].kind == Kind::table) {
            sections.push_back(&entry->value.items[i]);
        }
    }
    return sections;
}

} // namespace ducksnest::config
