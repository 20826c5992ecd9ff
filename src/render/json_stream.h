#pragma once

#include "base/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ducksnest::render {

/// Writes the same bytes as `Json::dump_pretty`, without building a Json first: a lock of a
/// thousand nodes is megabytes. Members must be written in the order of their keys; a mistake there
/// aborts.
class JsonStream {
public:
    explicit JsonStream(std::string& out)
        : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }

    /// The member's value must follow. The key must live until the object ends.
    void key(std::string_view key);
    /// The one member that stands first whatever its key, so that a reader knows at once what the
    /// file is.
    void leading_member(std::string_view key, std::string_view value);

    void value(std::string_view text);
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(const char* text) { value(std::string_view(text)); }
    void value(std::int64_t number);
    void value(int number) { value(std::int64_t{number}); }
    void value(bool flag);
    void value(const Json& json);
    void value(const std::vector<std::string>& texts);
    void null();

    template <class T>
    void member(std::string_view name, const T& member_value) {
        key(name);
        value(member_value);
    }
    /// null when there is none.
    template <class T>
    void optional_member(std::string_view name, const T& member_value) {
        key(name);
        if (member_value) {
            value(*member_value);
        } else {
            null();
        }
    }

private:
    struct Level {
        std::string_view last_key{};
        bool has_items = false;
    };

    void open(char bracket);
    void close(char bracket);
    /// Comma and line break before an array's item; nothing before a member's value.
    void separate();
    void new_line();

    std::string& out_;
    std::vector<Level> levels_{};
    bool after_key_ = false;
};

} // namespace ducksnest::render
