#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Every section and key of homelab.toml, once: the loader, its messages and docs/homelab.toml.md
/// all read this table.
namespace ducksnest::config {

enum class Type : std::uint8_t {
    string,
    integer,
    address,
    cidr,
    duration,
    memory,
    cpu,
    money,
    word,    ///< One of `words`.
    strings, ///< A list of strings.
    words,   ///< A list of `words`.
};

enum class Presence : std::uint8_t {
    required,
    optional,  ///< Absent means: not there, or worked out by the plan.
    defaulted, ///< Absent means `fallback`, written as in the file but without quotes.
    derived,   ///< Absent means what `fallback` says in words; the loader works it out.
};

struct Key {
    std::string_view name{};
    Type type = Type::string;
    Presence presence = Presence::optional;
    std::string_view fallback{};
    std::string_view example{}; ///< As written in the file, with quotes.
    std::string_view text{};    ///< One sentence.
    std::span<const std::string_view> words{};
    std::int64_t min = 0; ///< Of an integer.
    std::int64_t max = 0; ///< Of an integer; 0: no limit but that of the type.
};

enum class Shape : std::uint8_t {
    single, ///< `[cache]`.
    named,  ///< `[nodes.NAME]`, any number.
    listed, ///< `[[dr.offers]]`, any number.
};

struct Section {
    std::string_view path{}; ///< "network.calico"; without NAME.
    Shape shape = Shape::single;
    bool required = false;
    std::string_view text{};
    std::span<const Key> keys{};
};

std::span<const Section> schema();

/// Must exist.
const Section& section(std::string_view path);

/// As a header is written: "[network.calico]", "[nodes.NAME]", "[[dr.offers]]".
std::string header_of(const Section& section);

/// "a duration like \"60s\"": with its article, for messages and the documentation.
std::string_view describe(Type type);

/// docs/homelab.toml.md.
std::string schema_markdown();

} // namespace ducksnest::config
