#pragma once

#include "diag/span.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::config {

enum class Kind : std::uint8_t { string, integer, real, boolean, date, array, table };

/// A key of a table and what it stands for. A template, because the two types need each other.
template <class T>
struct EntryOf {
    std::string key{};
    diag::Span key_span{};
    T value{};
};

struct Value;
using Entry = EntryOf<Value>;

/// A TOML value together with the place where it was written.
struct Value {
    Kind kind = Kind::table;
    diag::Span span{};  ///< The value; of a table, its header or its `{ … }`.
    std::string text{}; ///< A string's content; a real's or date's text as written.
    std::int64_t integer = 0;
    bool boolean = false;
    std::vector<Value> items{};   ///< Of an array.
    std::vector<Entry> entries{}; ///< Of a table, sorted by key.

    /// The entry of a table, or null.
    const Entry* find(std::string_view key) const;
};

/// With its article, for messages: "a string", "an integer", "a section".
std::string_view describe(Kind kind);

} // namespace ducksnest::config
