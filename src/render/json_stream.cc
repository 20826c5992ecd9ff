#include "render/json_stream.h"

#include "base/assert.h"

#include <charconv>

namespace ducksnest::render {

void JsonStream::key(std::string_view key) {
    Level& level = levels_.back();
    ASSERT(level.last_key.empty() || level.last_key < key);
    level.last_key = key;
    separate();
    append_json_string(out_, key);
    out_ += ": ";
    after_key_ = true;
}

void JsonStream::leading_member(std::string_view key, std::string_view value_text) {
    ASSERT(!levels_.back().has_items);
    separate();
    append_json_string(out_, key);
    out_ += ": ";
    after_key_ = true;
    value(value_text);
}

void JsonStream::value(std::string_view text) {
    separate();
    append_json_string(out_, text);
}

void JsonStream::value(std::int64_t number) {
    separate();
    char digits[24];
    const auto [end, status] = std::to_chars(std::begin(digits), std::end(digits), number);
    ASSERT(status == std::errc());
    out_.append(std::begin(digits), end);
}

void JsonStream::value(bool flag) {
    separate();
    out_ += flag ? "true" : "false";
}

void JsonStream::null() {
    separate();
    out_ += "null";
}

void JsonStream::value(const std::vector<std::string>& texts) {
    begin_array();
    for (const std::string& text : texts) {
        value(text);
    }
    end_array();
}

void JsonStream::value(const Json& json) {
    if (const Json::Object* members = json.as_object()) {
        begin_object();
        for (const auto& [name, member_value] : *members) {
            member(name, member_value);
        }
        end_object();
    } else if (const Json::Array* items = json.as_array()) {
        begin_array();
        for (const Json& item : *items) {
            value(item);
        }
        end_array();
    } else {
        separate();
        out_ += json.dump();
    }
}

void JsonStream::open(char bracket) {
    separate();
    out_ += bracket;
    levels_.emplace_back();
}

void JsonStream::close(char bracket) {
    ASSERT(!after_key_);
    const bool has_items = levels_.back().has_items;
    levels_.pop_back();
    if (has_items) {
        new_line();
    }
    out_ += bracket;
    if (levels_.empty()) {
        out_ += '\n';
    }
}

void JsonStream::separate() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (levels_.empty()) {
        return;
    }
    if (levels_.back().has_items) {
        out_ += ',';
    }
    levels_.back().has_items = true;
    new_line();
}

void JsonStream::new_line() {
    out_ += '\n';
    out_.append(levels_.size() * 2, ' ');
}

} // namespace ducksnest::render
