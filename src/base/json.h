#pragma once

#include "base/result.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ducksnest {

/// Which numbers a parser lets in.
enum class JsonNumbers : std::uint8_t {
    integers,
    any, ///< Others are kept as the text they were, see `Json::fraction`.
};

/// A JSON value (RFC 8259) that always prints the same way: object members sorted by key. Nothing
/// that ducksnest writes itself needs more than integers, and without fractions the same value has
/// the same bytes on every machine. What others write may hold any number: those that fit no
/// integer are carried along byte for byte and never computed with.
class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>; ///< Sorted by key, keys unique.

    // Implicit on purpose: JSON is written as nested initializer lists.
    // NOLINTBEGIN(google-explicit-constructor)
    Json() = default;
    Json(std::nullptr_t) {}
    Json(bool value)
        : value_(value) {}
    Json(std::int64_t value)
        : value_(value) {}
    Json(int value)
        : value_(std::int64_t{value}) {}
    Json(std::string value)
        : value_(std::move(value)) {}
    Json(std::string_view value)
        : value_(std::string(value)) {}
    Json(const char* value)
        : value_(std::string(value)) {}
    Json(Array value)
        : value_(std::move(value)) {}
    // NOLINTEND(google-explicit-constructor)

    /// `Json::object({{"kind", "Pod"}, {"apiVersion", "v1"}})`, sorted here. Keys must be unique.
    static Json object(std::initializer_list<Member> members);
    static Json object(Object members);
    static Json array(std::initializer_list<Json> items) { return Json(Array(items)); }
    static Json strings(const std::vector<std::string>& items);
    /// A number that is no 64-bit integer ("1.5", "1e9"), as its own text; valid JSON, unchecked.
    static Json fraction(std::string text);

    bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    const bool* as_bool() const { return std::get_if<bool>(&value_); }
    const std::int64_t* as_int() const { return std::get_if<std::int64_t>(&value_); }
    /// The text of a number that is no 64-bit integer.
    const std::string* as_fraction() const;
    const std::string* as_string() const { return std::get_if<std::string>(&value_); }
    const Array* as_array() const { return std::get_if<Array>(&value_); }
    Array* as_array() { return std::get_if<Array>(&value_); }
    const Object* as_object() const;

    /// The member of an object, or null when this is no object or has no such member.
    const Json* find(std::string_view key) const;
    /// Sets a member of an object; a null value becomes an object first.
    void set(std::string key, Json value);
    void erase(std::string_view key);

    bool operator==(const Json& other) const = default;

    /// Without white space, members sorted.
    std::string dump() const;
    /// Two spaces per level and a newline at the end, as committed files have it.
    std::string dump_pretty() const;

    /// Strict RFC 8259; a duplicate key, nesting deeper than 200 and, unless all numbers are let
    /// in, a number with a fraction or exponent are refused. The error names line and column.
    static Result<Json> parse(std::string_view text, JsonNumbers numbers = JsonNumbers::integers);

private:
    struct ObjectBox {
        Object members{};
        // Defined where Json is complete: clang looks into the pair when it defaults this one.
        bool operator==(const ObjectBox& other) const;
    };
    struct Fraction {
        std::string text{};
        bool operator==(const Fraction&) const = default;
    };
    std::variant<std::monostate, bool, std::int64_t, std::string, Array, ObjectBox, Fraction>
        value_{};
};

/// Appends a quoted, escaped JSON string: UTF-8 passes through, control characters become \u00xx.
void append_json_string(std::string& out, std::string_view text);

} // namespace ducksnest
