#include "config/reader.h"

#include "base/assert.h"
#include "base/text.h"
#include "config/quantity.h"
#include "diag/secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <concepts>

namespace ducksnest::config {
namespace {

constexpr Duration duration_max = std::chrono::days(3650);

template <class T>
Result<T> decode(const Key& key, std::string_view text);

template <>
Result<std::string> decode(const Key& key, std::string_view text) {
    const std::string_view rest = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
    if (rest.empty()) {
        return fail(ErrorCode::invalid, fmt::format("`{}` is empty", key.name));
    }
    if (text.find_first_of("\n\r\x7f") != std::string_view::npos ||
        std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
        return fail(
            ErrorCode::invalid, fmt::format("`{}` must be one line of plain text", key.name)
        );
    }
    return std::string(text);
}

Result<std::int64_t> decode_integer(const Key& key, std::string_view text) {
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    ASSERT(status == std::errc() && end == text.data() + text.size());
    if (value < key.min || (key.max != 0 && value > key.max)) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` must be between {} and {}, not {}", key.name, key.min, key.max, value)
        );
    }
    return value;
}

template <>
Result<std::int64_t> decode(const Key& key, std::string_view text) {
    switch (key.type) {
    case Type::memory:
        return parse_memory(text);
    case Type::cpu:
        return parse_cpu(text);
    case Type::money:
        return parse_money(text);
    case Type::string:
    case Type::integer:
    case Type::address:
    case Type::cidr:
    case Type::duration:
    case Type::word:
    case Type::strings:
    case Type::words:
        break;
    }
    return decode_integer(key, text);
}

template <>
Result<Duration> decode(const Key& key, std::string_view text) {
    Result<Duration> duration = parse_duration(text);
    if (!duration) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} is not a duration", diag::quoted(text)),
            "write it like `90s`, `10m` or `1d12h`: whole numbers with ms, s, m, h or d"
        );
    }
    if (*duration > duration_max) {
        return fail(ErrorCode::invalid, fmt::format("`{}` is longer than 3650d", key.name));
    }
    return duration;
}

template <>
Result<net::Address> decode(const Key&, std::string_view text) {
    Result<net::Address> address = net::parse_address(text);
    if (!address) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} is not an IP address", diag::quoted(text)),
            text.contains('/') ? "write the address alone, without a prefix length"
                               : "write it like `192.168.0.11`"
        );
    }
    return address;
}

template <>
Result<net::Cidr> decode(const Key&, std::string_view text) {
    Result<net::Cidr> cidr = net::parse_cidr(text);
    if (!cidr && cidr.error().help.empty()) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} is not a network", diag::quoted(text)),
            "write an address and a prefix length, like `192.168.0.0/24`"
        );
    }
    return cidr;
}

/// The diagnostic code for text that its type cannot read.
std::string code_of(Type type) {
    switch (type) {
    case Type::address:
    case Type::cidr:
        return "E0109";
    case Type::duration:
    case Type::memory:
    case Type::cpu:
        return "E0110";
    case Type::money:
        return "E0111";
    case Type::integer:
        return "E0108";
    case Type::string:
    case Type::strings:
        return "E0114";
    case Type::word:
    case Type::words:
        return "E0107";
    }
    return "";
}

bool takes(Type type, const Value& value) {
    switch (type) {
    case Type::integer:
        return value.kind == Kind::integer;
    case Type::money:
        return value.kind == Kind::integer || value.kind == Kind::real;
    case Type::cpu:
        return value.kind == Kind::integer || value.kind == Kind::string;
    case Type::duration:
        return value.kind == Kind::string || (value.kind == Kind::integer && value.integer == 0);
    case Type::string:
    case Type::address:
    case Type::cidr:
    case Type::memory:
    case Type::word:
        return value.kind == Kind::string;
    case Type::strings:
    case Type::words:
        return value.kind == Kind::array;
    }
    return false;
}

std::string words_help(const Key& key, std::string_view wrong) {
    const std::vector<std::string> words(key.words.begin(), key.words.end());
    if (const std::optional<std::string> word = closest(wrong, words)) {
        return fmt::format("did you mean `{}`?", *word);
    }
    return fmt::format("it can be `{}`", join(words, "`, `"));
}

/// How to write what was meant, when the value shows it.
std::string type_help(const Key& key, const Value& value) {
    const bool digits =
        !value.text.empty() && value.text.find_first_not_of("0123456789.") == std::string::npos;
    if (value.kind == Kind::string && digits &&
        (key.type == Type::integer || key.type == Type::money)) {
        return fmt::format("write it without quotes: `{} = {}`", key.name, value.text);
    }
    if (value.kind == Kind::integer && key.type == Type::duration) {
        return fmt::format("it needs a unit: `{} = \"{}s\"`", key.name, value.integer);
    }
    return fmt::format("write it like `{} = {}`", key.name, key.example);
}

} // namespace

Reader::Reader(
    const Context& context, const Value& table, const Section& section, std::string header
)
    : context_(context)
    , table_(table)
    , section_(section)
    , header_(std::move(header)) {
    ASSERT(table.kind == Kind::table);
}

const Key& Reader::key_named(std::string_view name) const {
    const auto at = std::ranges::find(section_.keys, name, &Key::name);
    ASSERT(at != section_.keys.end());
    return *at;
}

const Entry* Reader::entry_of(const Key& key) {
    const Entry* entry = table_.find(key.name);
    if (entry == nullptr && key.presence == Presence::required) {
        typed_ = false;
        if (context_.complete) {
            report({
                .code = "E0105",
                .message = fmt::format("`{}` has no `{}`", header_, key.name),
                .primary = {table_.span, fmt::format("`{}` is missing", key.name)},
                .help = {fmt::format("add `{} = {}`", key.name, key.example)},
            });
        }
    }
    return entry;
}

template <class T>
std::optional<diag::Spanned<T>> Reader::value_of(std::string_view name) {
    const Key& key = key_named(name);
    const Entry* entry = entry_of(key);
    if (entry == nullptr) {
        if (key.presence != Presence::defaulted) {
            return std::nullopt;
        }
        Result<T> fallback = decode<T>(key, key.fallback);
        ASSERT(fallback.has_value());
        return diag::Spanned<T>{*std::move(fallback), table_.span};
    }
    const std::optional<std::string> text = text_of(key, entry->value);
    if (!text) {
        return std::nullopt;
    }
    Result<T> value = decode<T>(key, *text);
    if (value) {
        return diag::Spanned<T>{*std::move(value), entry->value.span};
    }
    diag::Diagnostic diagnostic{
        .code = code_of(key.type),
        .message = value.error().message,
        .primary =
            {entry->value.span, fmt::format("`{}` must be {}", key.name, describe(key.type))},
    };
    if (std::same_as<T, std::string> || key.type == Type::integer) {
        diagnostic.primary.text.clear();
    }
    diagnostic.help.push_back(
        value.error().help.empty() ? fmt::format("write it like `{} = {}`", key.name, key.example)
                                   : value.error().help
    );
    refuse(key, std::move(diagnostic));
    return std::nullopt;
}

template std::optional<diag::Spanned<std::string>> Reader::value_of(std::string_view);
template std::optional<diag::Spanned<std::int64_t>> Reader::value_of(std::string_view);
template std::optional<diag::Spanned<Duration>> Reader::value_of(std::string_view);
template std::optional<diag::Spanned<net::Address>> Reader::value_of(std::string_view);
template std::optional<diag::Spanned<net::Cidr>> Reader::value_of(std::string_view);

std::optional<std::string> Reader::text_of(const Key& key, const Value& value) {
    if (!takes(key.type, value)) {
        refuse_type(key, value);
        return std::nullopt;
    }
    if (value.kind == Kind::integer) {
        return key.type == Type::duration ? "0s" : std::to_string(value.integer);
    }
    return value.text;
}

std::optional<std::size_t> Reader::index_of(const Key& key, const Value& value) {
    if (value.kind != Kind::string) {
        refuse_type(key, value);
        return std::nullopt;
    }
    const auto word = std::ranges::find(key.words, value.text);
    if (word != key.words.end()) {
        return static_cast<std::size_t>(word - key.words.begin());
    }
    refuse(
        key,
        {
            .code = "E0107",
            .message = fmt::format("`{}` cannot be {}", key.name, diag::quoted(value.text)),
            .primary = {value.span, ""},
            .help = {words_help(key, value.text)},
        }
    );
    return std::nullopt;
}

std::optional<diag::Spanned<std::size_t>> Reader::word_of(std::string_view name) {
    const Key& key = key_named(name);
    const Entry* entry = entry_of(key);
    if (entry == nullptr) {
        const auto word = std::ranges::find(key.words, key.fallback);
        ASSERT(word != key.words.end());
        return diag::Spanned{static_cast<std::size_t>(word - key.words.begin()), table_.span};
    }
    const std::optional<std::size_t> index = index_of(key, entry->value);
    return index ? std::optional(diag::Spanned{*index, entry->value.span}) : std::nullopt;
}

const std::vector<Value>* Reader::items_of(const Key& key, const Value& value) {
    if (value.kind == Kind::array) {
        return &value.items;
    }
    refuse_type(key, value);
    return nullptr;
}

std::vector<diag::Spanned<std::size_t>> Reader::words_of(std::string_view name) {
    const Key& key = key_named(name);
    const Entry* entry = entry_of(key);
    const std::vector<Value>* items = entry != nullptr ? items_of(key, entry->value) : nullptr;
    std::vector<diag::Spanned<std::size_t>> indexes;
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
        const Value& item = (*items)[i];
        if (const std::optional<std::size_t> index = index_of(key, item)) {
            indexes.push_back({*index, item.span});
        }
    }
    return indexes;
}

void Reader::read_strings(std::string_view name, std::vector<diag::Spanned<std::string>>& out) {
    const Key& key = key_named(name);
    const Entry* entry = entry_of(key);
    const std::vector<Value>* items = entry != nullptr ? items_of(key, entry->value) : nullptr;
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
        const Value& item = (*items)[i];
        if (item.kind == Kind::string) {
            out.push_back({item.text, item.span});
        } else {
            refuse_type(key, item);
        }
    }
}

void Reader::refuse(const Key& key, diag::Diagnostic diagnostic) {
    typed_ = typed_ && key.presence == Presence::optional;
    report(std::move(diagnostic));
}

void Reader::refuse_type(const Key& key, const Value& value) {
    refuse(
        key,
        {
            .code = "E0106",
            .message = fmt::format(
                "`{}` must be {}, not {}", key.name, describe(key.type), describe(value.kind)
            ),
            .primary = {value.span, std::string(describe(value.kind))},
            .help = {type_help(key, value)},
        }
    );
}

} // namespace ducksnest::config
